/** The only door to the lab: a typed client over whatever port the shell hands in. */
import { inject, onScopeDispose } from 'vue'
import type { App, InjectionKey } from 'vue'
import type { ClientPort, LabClient } from '../../shared/contract/client.ts'
import type { LabEvents } from '../../shared/contract/lab.ts'
import type { PortEvent, PortReply, PortRequest } from '../../shared/contract/port.ts'
import { PORT_MESSAGE } from '../../shared/contract/shell.ts'

const KEY: InjectionKey<LabClient> = Symbol('lab')

/** Gives every page of the app this client. */
export function provideLab(app: App, client: LabClient): void {
  app.provide(KEY, client)
}

/** The app's lab client. Throws where none was provided. */
export function useLab(): LabClient {
  const client = inject(KEY)
  if (!client) throw new Error('useLab: no lab was provided')
  return client
}

/** Listens to an event of the lab as long as the component lives. */
export function useLabEvent<E extends keyof LabEvents>(
  event: E,
  listener: (payload: LabEvents[E]) => void,
): void {
  onScopeDispose(useLab().on(event, listener))
}

/** A browser MessagePort as the client wants it; everything that comes through goes to the client. */
export function clientPort(client: LabClient, port: MessagePort): ClientPort {
  port.onmessage = (event: MessageEvent<PortReply | PortEvent>) => client.receive(event.data)
  return { send: (request: PortRequest) => port.postMessage(request), close: () => port.close() }
}

/** Takes every port that the preload script passes into the page, the first and those after a restart. */
export function takePorts(client: LabClient): void {
  window.addEventListener('message', (event) => {
    if (event.source !== window || event.data !== PORT_MESSAGE || event.ports.length !== 1) return
    client.connect(clientPort(client, event.ports[0]))
  })
}
