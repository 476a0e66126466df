/**
 * Hashes of files' contents, remembered for large files by what the system says of them: a file of the same
 * size, place and time of last change (which no program can set) is the same and is not read again.
 */
import { createHash, randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { dataStore } from './files.ts'

/** Smaller files are read each time. */
const REMEMBERED_BYTES = 32 * 2 ** 20
const CHUNK = 2 ** 22
const MOST_KEPT = 10_000

const store = (): string => join(dataStore(), 'fingerprints.json')

type Known = Record<string, { readonly state: string; readonly hash: string }>

function readKnown(): Known {
  try {
    return JSON.parse(readFileSync(store(), 'utf8')) as Known
  } catch {
    // None yet, or damaged: everything is read again.
    return {}
  }
}

/** What was remembered under a name while its state was this; null where nothing was. */
export function remembered(name: string, state: string): string | null {
  const known = readKnown()
  return Object.hasOwn(known, name) && known[name].state === state ? known[name].hash : null
}

/** Remembers; a store that cannot be written is no reason to stop. */
export function remember(name: string, state: string, hash: string): void {
  const kept = Object.entries(readKnown()).filter(([each]) => each !== name)
  const known = Object.fromEntries([...kept, [name, { state, hash }]].slice(-MOST_KEPT))
  const temporary = `${store()}.${process.pid}.${randomUUID()}`
  try {
    makeFolder(dataStore())
    writeFileSync(temporary, JSON.stringify(known))
    renameSync(temporary, store())
  } catch {
    // Read again next time.
  }
}

/** SHA-256 of a file's content, in hexadecimal; read in pieces. */
export function hashFile(path: string): string {
  const { size, ino, ctimeMs, mtimeMs } = statSync(path)
  const state = `${size} ${ino} ${ctimeMs} ${mtimeMs}`
  const name = resolve(path)
  const before = size >= REMEMBERED_BYTES ? remembered(name, state) : null
  if (before !== null) return before
  const hash = createHash('sha256')
  const chunk = new Uint8Array(Math.min(CHUNK, Math.max(1, size)))
  const handle = openSync(path, 'r')
  try {
    for (let at = 0; at < size;) {
      const read = readSync(handle, chunk, 0, chunk.length, at)
      if (read === 0) break
      hash.update(chunk.subarray(0, read))
      at += read
    }
  } finally {
    closeSync(handle)
  }
  const digest = hash.digest('hex')
  if (size >= REMEMBERED_BYTES) remember(name, state, digest)
  return digest
}
