/** A line to the lab that has a home of this computer, by the socket that its home tells. */
import { createConnection } from 'node:net'
import type { Socket } from 'node:net'
import { BenchError } from '../../shared/contract/errors.ts'
import { readDoor } from './address.ts'
import type { Dialed } from './far-lab.ts'

/** A socket to whoever listens in this home, with the key said; null where nobody does. */
export function knock(home: string): Promise<Socket | null> {
  const record = readDoor(home)
  if (!record) return Promise.resolve(null)
  return new Promise((resolve) => {
    const socket = createConnection(record.address)
    socket.once('error', () => resolve(null))
    socket.once('connect', () => {
      socket.write(`${record.key}\n`)
      resolve(socket)
    })
  })
}

/** @throws BenchError `unavailable` where nobody listens. */
export async function dialHere(home: string): Promise<Dialed> {
  const socket = await knock(home)
  if (!socket) throw new BenchError('unavailable', `No lab listens in ${home}.`, home)
  socket.on('error', () => undefined)
  return {
    input: socket,
    output: socket,
    hangUp: () => socket.destroy(),
    why: (error) =>
      Promise.resolve(
        error instanceof BenchError
          ? error
          : new BenchError('unavailable', `The lab of ${home} has ended.`, home, { cause: error }),
      ),
  }
}
