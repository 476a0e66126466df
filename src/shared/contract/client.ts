/**
 * The caller's side of the lab's port, the same in the page and in the shell: requests carry a number,
 * replies find their promise by it, events go to listeners. A port can be lost and replaced; calls that may
 * be repeated are then asked again, others are refused with the code `unavailable`, since nobody
 * knows whether they happened.
 */
import { BenchError, fromErrorMessage } from './errors.ts'
import type { LabEvents, LabInput, LabMethod, LabOutput } from './lab.ts'
import type { PortEvent, PortReply, PortRequest } from './port.ts'
import { rightsOf } from './calls/index.ts'

/** As much of a MessagePort as a client needs. */
export interface ClientPort {
  readonly send: (request: PortRequest) => void
  readonly close: () => void
}

interface Pending {
  readonly request: PortRequest
  readonly resolve: (output: unknown) => void
  readonly reject: (error: Error) => void
  sent: boolean
}

type Listener<E extends keyof LabEvents> = (payload: LabEvents[E]) => void

export interface LabClient {
  /** Calls the lab; rejects with a BenchError whose message is for the user. Waits while there is no port. */
  call<M extends LabMethod>(method: M, input: LabInput<M>): Promise<LabOutput<M>>
  /** The same for what came over a port; `page`: for the page, which may less. */
  pass(method: LabMethod, input: unknown, page: boolean): Promise<unknown>
  on<E extends keyof LabEvents>(event: E, listener: Listener<E>): () => void
  /** Calls back each time a port is taken after an earlier one was lost, and when events were left out. */
  onReconnect(listener: () => void): () => void
  /** Takes a (new) port; what was asked of the old one is asked again or refused. */
  connect(port: ClientPort): void
  /** The port is gone and no new one is here yet. */
  disconnect(): void
  /** No port will come any more: what waits is refused. */
  fail(error: Error): void
  /** Gives what came through the port. */
  receive(message: PortReply | PortEvent): void
}

/** A client without a port. */
export function createLabClient(): LabClient {
  const pending = new Map<number, Pending>()
  const listeners = new Map<keyof LabEvents, Set<(payload: never) => void>>()
  const reconnected = new Set<() => void>()
  let port: ClientPort | null = null
  let connections = 0
  let lastId = 0

  function refuseChanges(): void {
    for (const [id, { request, reject, sent }] of pending) {
      const { method } = request
      if (!sent || rightsOf(method).repeats) continue
      pending.delete(id)
      reject(
        new BenchError(
          'unavailable',
          `The lab stopped before it answered “${method}”. Look at the state and try again.`,
        ),
      )
    }
  }

  function ask(request: Omit<PortRequest, 'id'>): Promise<unknown> {
    const id = ++lastId
    return new Promise((resolve, reject) => {
      pending.set(id, { request: { id, ...request }, resolve, reject, sent: port !== null })
      port?.send({ id, ...request })
    })
  }
  function tellReconnected(): void {
    for (const listener of [...reconnected]) listener()
  }

  return {
    call: <M extends LabMethod>(method: M, input: LabInput<M>) =>
      ask({ method, input }) as Promise<LabOutput<M>>,
    pass: (method, input, page) => ask({ method, input, page }),
    on(event, listener) {
      const set = listeners.get(event) ?? new Set()
      listeners.set(event, set)
      set.add(listener)
      return () => set.delete(listener)
    },
    onReconnect(listener) {
      reconnected.add(listener)
      return () => reconnected.delete(listener)
    },
    connect(next) {
      port?.close()
      if (connections > 0) refuseChanges()
      port = next
      connections += 1
      for (const call of pending.values()) {
        call.sent = true
        next.send(call.request)
      }
      if (connections > 1) tellReconnected()
    },
    disconnect() {
      port?.close()
      port = null
      refuseChanges()
    },
    fail(error) {
      for (const { reject } of pending.values()) reject(error)
      pending.clear()
    },
    receive(message) {
      if ('event' in message) {
        if (message.event === 'lab/missed') tellReconnected()
        for (const listener of [...(listeners.get(message.event) ?? [])]) listener(message.payload as never)
        return
      }
      const call = pending.get(message.id)
      if (!call) return
      pending.delete(message.id)
      if (message.ok) call.resolve(message.output)
      else call.reject(fromErrorMessage(message.error))
    },
  }
}
