/**
 * The lab's process where the window shows a lab of another computer: it takes the shell's ports as the lab
 * itself does, and passes what comes through them over the line.
 */
import type { MessagePortMain, ParentPort } from 'electron'
import manifest from '../../package.json' with { type: 'json' }
import { toErrorMessage } from '../shared/contract/errors.ts'
import type { HostMessage, LabMessage, PortRole } from '../shared/contract/host.ts'
import type { PortEvent, PortReply, PortRequest } from '../shared/contract/port.ts'
import type { FarLab } from './line/far-lab.ts'
import { dialRemote } from './remote/dial.ts'
import { remoteOf } from './remote/remotes.ts'
import { askingHere } from './remote/ssh.ts'

function passPort(lab: FarLab, role: PortRole, port: MessagePortMain): void {
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

/** Serves the shell with the lab of that name until it asks to end. */
export function servePassing(parent: ParentPort, name: string): void {
  const say = (message: LabMessage): void => parent.postMessage(message)
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
          if (state.kind === 'up') say({ kind: 'ready', readOnly: null })
          else if (state.kind === 'failed') failed(state.error)
          else say({ kind: 'broken', reason: state.reason, retryMs: state.retryMs })
        },
      },
    )
  } catch (error) {
    return failed(error)
  }
  parent.on('message', ({ data, ports }) => {
    const message = data as HostMessage
    if (message.kind === 'port') passPort(lab, message.role, ports[0])
    else if (message.kind === 'retry') lab.retry()
    else void lab.close().finally(() => process.exit(0))
  })
}
