/**
 * The caller's end of lines to a lab of another process: calls, events, files both ways. A line that breaks
 * is dialed again with growing pauses; what may be repeated is asked again, and whoever shows something is
 * told to ask anew.
 */
import { resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { createLabClient } from '../../shared/contract/client.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabEvents, LabMethod } from '../../shared/contract/lab.ts'
import type { PortRequest } from '../../shared/contract/port.ts'
import { filesOf } from '../../shared/contract/calls/index.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { isRecord } from '../../shared/spec/paths.ts'
import type { LabDoor } from '../lab-door.ts'
import { CallFiles } from './call-files.ts'
import { Line } from './line.ts'
import { agree, PROTOCOL } from './messages.ts'
import type { Hello } from './messages.ts'

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

/** Two byte streams to a lab, and what is known when they end. */
export interface Dialed {
  readonly input: Readable
  readonly output: Writable
  readonly hangUp: () => void
  /** Why there is no line any more; `unavailable` where another try may help. */
  readonly why: (error: Error | null) => Promise<BenchError>
}

export type LineState =
  | { readonly kind: 'up'; readonly home: string }
  | { readonly kind: 'broken'; readonly reason: string; readonly retryMs: number }
  | { readonly kind: 'failed'; readonly error: BenchError }

export interface FarLabOptions {
  /** What the lab is called in messages: `The lab on “server”`. */
  readonly name: string
  /** Whether it is on this computer, so that files need not be sent. */
  readonly here: boolean
  readonly version: string
  /** How the other side is brought up to date, as a sentence. */
  readonly remedy: string
  readonly dial: () => Promise<Dialed>
  /** Whether a lab that cannot be reached the first time is tried again too. */
  readonly patient?: boolean
  readonly onState?: (state: LineState) => void
  readonly firstPauseMs?: number
  readonly beatMs?: number
  readonly silenceMs?: number
}

export interface FarLab extends LabDoor {
  /** A call as it came over a port. */
  pass(method: string, input: unknown, page: boolean): Promise<unknown>
  onAny(listener: (event: keyof LabEvents, payload: unknown) => void): () => void
  /** Waits until the lab answers. @throws BenchError why it does not. */
  ready(): Promise<void>
  /** Asks a lab that only serves to end, of whatever version it is. */
  stop(): Promise<void>
  /** Tries again now rather than after the pause. */
  retry(): void
}

/** Begins to dial; calls wait until the lab answers. */
export function openFarLab(options: FarLabOptions): FarLab {
  const { name, here, version, firstPauseMs = FIRST_PAUSE_MS } = options
  const client = createLabClient()
  const listeners = new Set<(event: keyof LabEvents, payload: unknown) => void>()
  const mine: Hello = { protocol: PROTOCOL, version, here }
  let dialed: Dialed | null = null
  let line: Line | null = null
  let failure: BenchError | null = null
  let closed = false
  let stopping = false
  let everUp = false
  let pauses = 0
  let timer: NodeJS.Timeout | null = null
  let hung: () => void = () => undefined
  const ended = new Promise<void>((done) => {
    hung = done
  })
  const settled: { resolve: () => void; reject: (error: Error) => void }[] = []

  function fail(error: BenchError): void {
    failure = error
    options.onState?.({ kind: 'failed', error })
    client.fail(error)
    for (const { reject } of settled.splice(0)) reject(error)
    hung()
  }

  async function dial(): Promise<void> {
    timer = null
    try {
      dialed = await options.dial()
    } catch (error) {
      return lost(error instanceof BenchError ? error : new BenchError('unavailable', String(error)))
    }
    if (closed) return dialed.hangUp()
    take(dialed)
  }

  function take(current: Dialed): void {
    const files: CallFiles = new CallFiles((): Line => opened, client.receive)
    let refused: BenchError | null = null
    const opened: Line = new Line({
      input: current.input,
      output: current.output,
      hello: mine,
      magic: true,
      beatMs: options.beatMs,
      silenceMs: options.silenceMs,
      onHello: (theirs) => {
        if (stopping) {
          opened.send({ kind: 'stop' })
          return
        }
        try {
          agree(mine, theirs, name, options.remedy)
        } catch (error) {
          refused = error as BenchError
          throw error
        }
        everUp = true
        pauses = 0
        line = opened
        client.connect({ send: (request) => files.send(located(request), here), close: () => undefined })
        options.onState?.({ kind: 'up', home: theirs.home ?? '' })
        for (const { resolve: done } of settled.splice(0)) done()
      },
      onMessage: async (message) => {
        if (message.kind === 'event') {
          for (const listener of [...listeners]) listener(message.event, message.payload)
          client.receive({ event: message.event, payload: message.payload })
        } else await files.hear(message)
      },
      onChunk: (stream, bytes) => files.chunk(stream, bytes),
      onClose: (error) => {
        line = null
        void files.close()
        hung()
        if (closed) return current.hangUp()
        client.disconnect()
        if (refused) {
          current.hangUp()
          return fail(refused)
        }
        void current.why(error).then((reason) => {
          current.hangUp()
          lost(reason)
        })
      },
    })
  }

  /** Files of this computer by their whole path: the lab may stand in another folder. */
  function located(request: PortRequest): PortRequest {
    if (!here || !isRecord(request.input)) return request
    const names = new Set([...Object.keys(filesOf(request.method)), 'path'])
    const input = Object.fromEntries(
      Object.entries(request.input).map(([key, value]) => [
        key,
        names.has(key) && typeof value === 'string' && value !== '' && !isOwn(value) ? resolve(value) : value,
      ]),
    )
    return { ...request, input }
  }

  function lost(error: BenchError): void {
    if (closed) return
    if (error.code !== 'unavailable' || !(everUp || options.patient)) return fail(error)
    const retryMs = Math.min(LONGEST_PAUSE_MS, firstPauseMs * 2 ** pauses)
    pauses += 1
    options.onState?.({ kind: 'broken', reason: error.message, retryMs })
    timer = setTimeout(() => void dial(), retryMs)
  }

  const refuse = (): Promise<never> =>
    Promise.reject(failure ?? new BenchError('unavailable', `The line to ${name} is closed.`))

  void dial()
  return {
    goesOn: true,
    call: (method, input) => (failure || closed ? refuse() : client.call(method, input)),
    pass: (method, input, page) =>
      failure || closed ? refuse() : client.pass(method as LabMethod, input, page),
    on: (event, listener) => client.on(event, listener),
    onAny: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onMissed: (listener) => client.onReconnect(listener),
    methodsFor: () => {
      throw new BenchError(
        'impossible',
        'A method of your own runs where its home is, and this computes on this computer. Leave --lab out.',
        '--lab',
      )
    },
    // Its queue works by itself.
    work: () => undefined,
    ready: () =>
      line
        ? Promise.resolve()
        : failure
          ? refuse()
          : new Promise((done, reject) => settled.push({ resolve: done, reject })),
    stop: async () => {
      stopping = true
      line?.send({ kind: 'stop' })
      await ended
      closed = true
    },
    retry: () => {
      if (timer === null) return
      clearTimeout(timer)
      pauses = 0
      void dial()
    },
    close: () => {
      closed = true
      if (timer !== null) clearTimeout(timer)
      client.fail(new BenchError('unavailable', `The line to ${name} was closed.`))
      line?.close()
      dialed?.hangUp()
      return Promise.resolve()
    },
  }
}
