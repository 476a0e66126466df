/**
 * The shell's own client of the lab: queue state for taskbar and sleep, and exports after a native dialog.
 */
import type { LabClient } from '../shared/contract/client.ts'
import type { PortEvent, PortReply } from '../shared/contract/port.ts'
import type { MessagePortMain } from 'electron'

/** Lets the client speak through a port of Electron's main process. */
export function connectClient(client: LabClient, port: MessagePortMain): void {
  port.on('message', (event) => client.receive(event.data as PortReply | PortEvent))
  port.start()
  client.connect({ send: (request) => port.postMessage(request), close: () => port.close() })
}
