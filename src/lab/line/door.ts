/**
 * A lab that listens: whoever may read its home may speak to it, and the last to leave starts its idle time.
 */
import { timingSafeEqual } from 'node:crypto'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Lab } from '../lab.ts'
import { addressOf, forgetDoor, recordDoor } from './address.ts'
import type { DoorRecord } from './address.ts'
import { MAGIC } from './frames.ts'
import { PROTOCOL } from './messages.ts'
import { serveLine } from './serve-line.ts'
import type { ServedLine } from './serve-line.ts'

/** How long a caller may take to say the key. */
const KEY_MS = 5000

export interface DoorOptions {
  readonly lab: Lab
  readonly home: string
  readonly version: string
  /** Minutes without callers and with nothing running after which `onIdle` is called; left out, never. */
  readonly idleMinutes?: number
  /** Nobody called for the idle time, or a caller asked for the end. */
  readonly onIdle?: () => void
  /** Told when the lab cannot say whether it works; it then counts as working. */
  readonly onError?: (error: unknown) => void
  readonly environment?: NodeJS.ProcessEnv
}

export interface Door {
  readonly address: string
  readonly callers: () => number
  /** Sends everybody away and takes the socket back. */
  close(): Promise<void>
}

/** Whether a caller says the key first; not where it is another, is cut short, or does not come. */
function greeted(socket: Socket, { key }: DoorRecord): Promise<boolean> {
  const expected = Buffer.from(`${key}\n`)
  return new Promise((resolve) => {
    const done = (ok: boolean): void => {
      clearTimeout(timer)
      socket.off('readable', look).off('close', refuse).off('error', refuse)
      resolve(ok)
    }
    const refuse = (): void => done(false)
    const look = (): void => {
      // At the end of what was said there may be less.
      const said = socket.read(expected.length) as Buffer | null
      if (said !== null) done(said.length === expected.length && timingSafeEqual(said, expected))
    }
    const timer = setTimeout(refuse, KEY_MS)
    socket.on('readable', look).on('close', refuse).on('error', refuse)
  })
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Created closed to others: between its making and a change of its mode somebody could slip in.
    const before = process.platform === 'win32' ? null : process.umask(0o177)
    server.listen(address, () => {
      server.off('error', reject)
      if (process.platform !== 'win32') chmodSync(address, 0o600)
      resolve()
    })
    if (before !== null) process.umask(before)
  })
}

/** Opens the door of a lab that holds its home. @throws what listening throws. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { lab, home, version, idleMinutes, onIdle, onError = () => undefined } = options
  const address = addressOf(home, options.environment)
  const folder = join(home, 'transfer')
  rmSync(folder, { recursive: true, force: true })
  // The lock is ours: whoever listened there before is gone.
  if (process.platform !== 'win32' && existsSync(address)) rmSync(address)
  const served = new Set<ServedLine>()
  const sockets = new Set<Socket>()
  let idleSince = performance.now()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    void greeted(socket, record).then((ok) => {
      if (!ok) return socket.destroy()
      socket.write(MAGIC)
      const line = serveLine({
        lab,
        input: socket,
        output: socket,
        hello: { protocol: PROTOCOL, version, home },
        folder,
        onStop: () => onIdle?.(),
        onClose: () => {
          served.delete(line)
          idleSince = performance.now()
        },
      })
      served.add(line)
    })
  })
  const record = recordDoor(home, address, version)
  try {
    await listen(server, address)
  } catch (error) {
    forgetDoor(home)
    throw new BenchError('unavailable', `The lab cannot listen at ${address}: ${String(error)}`, address, {
      cause: error,
    })
  }
  async function look(): Promise<void> {
    const { running, queued, paused } = await lab.call('queue/state', {})
    const works = running > 0 || (queued > 0 && !paused)
    if (works || served.size > 0) idleSince = performance.now()
    else if (idleMinutes !== undefined && performance.now() - idleSince > idleMinutes * 60_000) onIdle?.()
  }
  const lookSafely = (): void => {
    look().catch((error: unknown) => {
      idleSince = performance.now()
      onError(error)
    })
  }
  const watch = setInterval(lookSafely, Math.min(60_000, Math.max(50, (idleMinutes ?? 60) * 10_000)))
  watch.unref()
  return {
    address,
    callers: () => served.size,
    close: async () => {
      clearInterval(watch)
      for (const { line } of [...served]) line.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // What was said last is still sent; a caller that does not listen is cut off.
      setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, 500).unref()
      await closed
      forgetDoor(home)
      if (process.platform !== 'win32') rmSync(address, { force: true })
    },
  }
}
