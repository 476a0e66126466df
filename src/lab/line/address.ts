/**
 * Where the lab of a home listens: a socket in the home, or, where that path is too long for the system, one
 * in the user's folder for such things, or a named pipe. A file in the home tells which, and the key that a
 * caller says first; only its user can read it.
 */
import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'

z.config({ jitless: true })

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, a NUL among them. */
const MOST_BYTES = 100

const recordSchema = z.object({ address: z.string(), key: z.string(), pid: z.number(), version: z.string() })
export type DoorRecord = z.output<typeof recordSchema>

const recordFile = (home: string): string => join(home, 'serve.json')

/** Of the lab that listens, or listened, in this home; null where there is none. */
export function readDoor(home: string): DoorRecord | null {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(recordFile(home), 'utf8')))
  } catch {
    return null // None listens, or it is just beginning or ending to.
  }
}

/** Says where this process listens; to be called by the holder of the home's lock. */
export function recordDoor(home: string, address: string, version: string): DoorRecord {
  const record = { address, key: randomBytes(32).toString('hex'), pid: process.pid, version }
  rmSync(recordFile(home), { force: true })
  writeFileSync(recordFile(home), JSON.stringify(record), { mode: 0o600, flag: 'wx' })
  return record
}

export function forgetDoor(home: string): void {
  rmSync(recordFile(home), { force: true })
}

/**
 * The address for a home's lab.
 * @throws BenchError `unavailable` where the folder for sockets belongs to somebody else.
 */
export function addressOf(home: string, environment: NodeJS.ProcessEnv = process.env): string {
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16)
  if (process.platform === 'win32')
    return `\\\\.\\pipe\\givens-bench-${name}-${randomBytes(8).toString('hex')}`
  const inHome = join(home, 'lab.sock')
  if (Buffer.byteLength(inHome) <= MOST_BYTES) return inHome
  const folder = environment['XDG_RUNTIME_DIR']
    ? join(environment['XDG_RUNTIME_DIR'], 'givens-bench')
    : join(tmpdir(), `givens-bench-${process.getuid?.() ?? 0}`)
  makeFolder(folder, 0o700)
  // Others may write to the folder for temporary files: what lies there must be ours, and closed to them.
  const { uid, mode } = lstatSync(folder)
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
    throw new BenchError('unavailable', `${folder} is not this user’s alone; remove it.`, folder)
  return join(folder, `${name}.sock`)
}
