/**
 * The lab's process where the window shows a lab of another process, on another computer or on this one: it
 * takes the shell's ports as the lab itself does, and passes what comes through them over the line.
 */
import type { MessagePortMain, ParentPort } from 'electron'
import manifest from '../../package.json' with { type: 'json' }
import { BenchError, toErrorMessage } from '../shared/contract/errors.ts'
import { parseCall } from '../shared/contract/calls/index.ts'
import type { HostMessage, LabMessage, PortRole } from '../shared/contract/host.ts'
import type { PortEvent, PortReply, PortRequest } from '../shared/contract/port.ts'
import { remoteHandlers } from './handlers/remotes.ts'
import type { RemoteContext } from './handlers/remotes.ts'
import { dialHere } from './line/dial-here.ts'
import { openFarLab } from './line/far-lab.ts'
import type { FarLab } from './line/far-lab.ts'
import { LabEmitter } from './process/emitter.ts'
import { dialRemote } from './remote/dial.ts'
import { remoteOf } from './remote/remotes.ts'
import { askingHere } from './remote/ssh.ts'

function passPort(lab: Pick<FarLab, 'pass' | 'onAny'>, role: PortRole, port: MessagePortMain): void {
  const stop = lab.onAny((event, payload) => port.postMessage({ event, payload } as PortEvent))
  port.on('message', ({ data }) => {
    const { id, method, input } = data as PortRequest
    lab.pass(method, input, role === 'window').then(
      (output) => port.postMessage({ id, ok: true, output } satisfies PortReply),
      (error: unknown) =>
        port.postMessage({ id, ok: false, error: toErrorMessage(error) } satisfies PortReply),
    )
  })
  port.on('close', stop)
  port.start()
}

type Say = (message: LabMessage) => void

function serveParent(parent: ParentPort, lab: FarLab, open: typeof passPort = passPort): void {
  parent.on('message', ({ data, ports }) => {
    const message = data as HostMessage
    if (message.kind === 'port') open(lab, message.role, ports[0])
    else if (message.kind === 'retry') lab.retry()
    else void lab.close().finally(() => process.exit(0))
  })
}

/** Serves the shell with the lab of that name until it asks to end. */
export function servePassing(parent: ParentPort, name: string): void {
  const say: Say = (message) => parent.postMessage(message)
  const failed = (error: unknown): void => {
    say({ kind: 'failed', error: toErrorMessage(error) })
    setTimeout(() => process.exit(1), 100)
  }
  let lab: FarLab
  try {
    const remote = remoteOf(name)
    lab = dialRemote(
      remote,
      manifest.version,
      { asking: askingHere() },
      {
        patient: true,
        onState: (state) => {
          if (state.kind === 'up') say({ kind: 'ready', readOnly: null, goesOn: true })
          else if (state.kind === 'failed') failed(state.error)
          else say({ kind: 'broken', reason: state.reason, retryMs: state.retryMs })
        },
      },
    )
  } catch (error) {
    return failed(error)
  }
  serveParent(parent, lab)
}

const AROUND = 'remotes/'

/** A lab of this computer that another process has, with what concerns labs elsewhere answered here. */
function besides(lab: FarLab, emitter: LabEmitter): Pick<FarLab, 'pass' | 'onAny'> {
  const context = { version: manifest.version, emitter }
  return {
    onAny: (listener) => {
      const stops = [lab.onAny(listener), emitter.onAny(listener)]
      return () => stops.forEach((stop) => stop())
    },
    // ssh asks by this process, whose window is there to answer.
    pass: async (method, input, page) => {
      if (!method.startsWith(AROUND) || page) return lab.pass(method, input, page)
      const asked = parseCall(method, input)
      const handler: (context: RemoteContext, input: never) => unknown =
        remoteHandlers[asked.method as keyof typeof remoteHandlers]
      return handler(context, asked.input as never)
    },
  }
}

/**
 * Serves the shell with the lab that serves this home in another process, as if it were its own, until the
 * shell asks to end, or that lab has ended: then the home is free, and this process is to be started again.
 * @returns why it cannot; null where it does
 */
export async function serveAttached(parent: ParentPort, home: string): Promise<BenchError | null> {
  const say: Say = (message) => parent.postMessage(message)
  let attached = false
  const lab = openFarLab({
    name: `The lab of ${home}`,
    here: true,
    version: manifest.version,
    remedy: 'It was started by an older program: end it with “lab serve --stop”.',
    dial: () => dialHere(home),
    onState: ({ kind }) => {
      if (!attached || kind === 'up') return
      say({ kind: 'again' })
      void lab.close().finally(() => process.exit(0))
    },
  })
  try {
    await lab.ready()
  } catch (error) {
    await lab.close()
    return error instanceof BenchError ? error : new BenchError('unavailable', String(error))
  }
  attached = true
  const passing = besides(lab, new LabEmitter())
  serveParent(parent, lab, (_lab, role, port) => passPort(passing, role, port))
  say({ kind: 'ready', readOnly: null, goesOn: true })
  return null
}
