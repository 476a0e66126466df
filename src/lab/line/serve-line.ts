/** The lab's end of a line: answers requests, tells events, takes the files of a call and sends its own. */
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { makeFolder } from '../../engine/index.ts'
import { filesOf, rightsOf } from '../../shared/contract/calls/index.ts'
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import { isRecord } from '../../shared/spec/paths.ts'
import type { Lab } from '../lab.ts'
import { Line } from './line.ts'
import type { Hello, LineMessage } from './messages.ts'
import { Incoming, sendFiles } from './transfer.ts'

/** Events wait for a slow line up to so many bytes; beyond it they are left out, and that is said. */
const MOST_BACKLOG = 4 * 1024 * 1024

export interface ServedLine {
  readonly line: Line
  /** Calls that are being answered. */
  readonly busy: () => number
}

export interface ServeOptions {
  readonly lab: Pick<Lab, 'request' | 'requestOfPage' | 'onAny'>
  readonly input: Readable
  readonly output: Writable
  readonly hello: Hello
  /** A folder of this lab's for files under way. */
  readonly folder: string
  /** Hears the wish that the lab ends. */
  readonly onStop: () => void
  readonly onClose: () => void
}

type Request = Extract<LineMessage, { kind: 'request' }>
interface Waiting {
  readonly request: Request
  readonly folder: string
  left: number
  error: Error | null
}

let folders = 0

/** Serves one line until it ends. */
export function serveLine(options: ServeOptions): ServedLine {
  const { lab, output } = options
  const waiting = new Map<number, Waiting>()
  const streamsOf = new Map<number, number>()
  let here = false
  let missed = false
  let busy = 0
  let streams = 0

  const incoming = new Incoming(
    (id, field) => {
      const call = waiting.get(id)
      return call?.request.sends.includes(field) ? placeOf(call, field) : null
    },
    (id, error) => {
      const call = waiting.get(id)
      if (call) call.error ??= error
    },
  )

  function placeOf({ request, folder }: Pick<Waiting, 'request' | 'folder'>, field: string): string {
    const named = isRecord(request.input) ? request.input[field] : undefined
    return join(folder, field, basename(String(named)) || 'file')
  }

  function take(request: Request): void {
    if (!here && !rightsOf(request.method).remote) {
      refuse(request.id, new BenchError('bad-input', `“${request.method}” is not for another computer.`))
      return
    }
    const folder = join(options.folder, `${process.pid}-${++folders}`)
    const call: Waiting = { request, folder, left: request.sends.length, error: null }
    if (call.left === 0) void answer(call)
    else waiting.set(request.id, call)
  }

  async function answer(call: Waiting): Promise<void> {
    const { request, folder } = call
    const { id, method, page } = request
    // A caller at this computer names files of this disk.
    const files = here || !isRecord(request.input) ? {} : filesOf(method)
    const given = Object.entries(files).filter(([field]) => isRecord(request.input) && field in request.input)
    busy += 1
    try {
      if (call.error) throw call.error
      const named: Record<string, string> = {}
      for (const [field] of given) {
        named[field] = placeOf(call, field)
        makeFolder(join(folder, field), 0o700)
      }
      const input = given.length === 0 ? request.input : { ...(request.input as object), ...named }
      const result = await (page ? lab.requestOfPage(method, input) : lab.request(method, input))
      for (const [field, use] of given)
        if (use === 'written') await sendFiles(line, () => ++streams, { id, field, path: named[field] })
      line.send({ kind: 'reply', id, ok: true, output: result })
    } catch (error) {
      refuse(id, error)
    } finally {
      busy -= 1
      if (given.length > 0) rmSync(folder, { recursive: true, force: true })
    }
  }

  function refuse(id: number, error: unknown): void {
    line.send({ kind: 'reply', id, ok: false, error: toErrorMessage(error) })
  }

  /** A file of a call is here, or will not come. */
  function arrived(stream: number): void {
    const id = streamsOf.get(stream)
    streamsOf.delete(stream)
    const call = id === undefined ? undefined : waiting.get(id)
    if (!call || id === undefined || --call.left > 0) return
    waiting.delete(id)
    void answer(call)
  }

  async function hear(message: LineMessage): Promise<void> {
    switch (message.kind) {
      case 'request':
        return take(message)
      case 'file':
        streamsOf.set(message.stream, message.id)
        return incoming.begin(message)
      case 'end':
        await incoming.end(message)
        return arrived(message.stream)
      case 'broken':
        await incoming.broken(message)
        return arrived(message.stream)
      case 'stop':
        return options.onStop()
      default:
        throw new BenchError('bad-file', 'A caller sent what only a lab sends.', 'line')
    }
  }

  const stopEvents = lab.onAny((event, payload) => {
    if (line.backlog > MOST_BACKLOG) missed = true
    else line.send({ kind: 'event', event, payload })
  })
  const catchUp = (): void => {
    if (missed) line.send({ kind: 'event', event: 'lab/missed', payload: {} })
    missed = false
  }
  output.on('drain', catchUp)
  const line = new Line({
    input: options.input,
    output,
    hello: options.hello,
    magic: false,
    onHello: (theirs) => {
      here = theirs.here === true
    },
    onMessage: hear,
    onChunk: (stream, bytes) => incoming.piece(stream, bytes),
    onClose: () => {
      stopEvents()
      output.off('drain', catchUp)
      void incoming.close().then(() => {
        for (const { folder } of waiting.values()) rmSync(folder, { recursive: true, force: true })
      })
      options.onClose()
    },
  })
  return { line, busy: () => busy + waiting.size }
}
