/** Reading a data set's files: where they are, whether they are whole, and what to do when they are not. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import { BenchError } from '../../shared/contract/errors.ts'
import { dataLimits, withinMemory } from '../interchange/limits.ts'

/** The bench's own store of data sets: one folder a set, shared by all workspaces of a user. */
export function dataStore(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return process.env['GIVENS_DATA'] || join(cache, 'givens-bench', 'data')
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/**
 * Finds a file of a data set in a folder, also gzipped, in the subfolders that archives unpack to, or in a
 * folder of the file's own name. `names` are the spellings that are known.
 */
export function findFile(
  folder: string,
  names: string | readonly string[],
  subfolders: readonly string[] = [],
): string | null {
  for (const sub of ['', ...subfolders]) {
    for (const name of typeof names === 'string' ? [names] : names) {
      for (const suffix of ['', '.gz']) {
        const path = join(folder, sub, name + suffix)
        if (isFile(path)) return path
        const inside = join(path, basename(name) + suffix)
        if (isFile(inside)) return inside
      }
    }
  }
  return null
}

/** Bytes of one read; Node reads no more at once. */
const READ_BYTES = 2 ** 30

/**
 * Reads a file whole. Throws BenchError('bad-data') naming the file: for a folder, a device or a pipe, for an
 * empty file, and for more bytes than the limit of memory.
 */
export function readBytes(path: string): Uint8Array {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new BenchError('bad-data', `${path} is not there`, path)
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'no ordinary file (a device or a pipe)'
    throw new BenchError('bad-data', `${path} is ${what}, a file is expected`, path)
  }
  if (found.size === 0) throw new BenchError('bad-data', `${path} is empty (0 bytes)`, path)
  withinMemory(found.size, path, 'its bytes')
  const bytes = new Uint8Array(found.size)
  const file = openSync(path, 'r')
  try {
    let at = 0
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, Math.min(READ_BYTES, bytes.length - at), at)
      if (read === 0) throw new BenchError('bad-data', `${path} became shorter while it was read`, path)
      at += read
    }
  } finally {
    closeSync(file)
  }
  return bytes
}

/** Packed bytes in which every header lies. */
const HEAD_BYTES = 1024

/**
 * Reads a file whole, unzipping `.gz` up to the limit of memory and to what the file should hold.
 * @param lengthOf how many bytes it should hold, by its first ones; null where they do not tell
 * @throws BenchError `bad-data` naming the file
 */
export function readWhole(
  path: string,
  lengthOf: (head: Uint8Array) => number | null = () => null,
): Uint8Array {
  const bytes = readBytes(path)
  if (!path.endsWith('.gz')) return bytes
  const { memory } = dataLimits()
  let length: number | null = null
  try {
    length = lengthOf(gunzipSync(bytes.subarray(0, HEAD_BYTES), { finishFlush: constants.Z_SYNC_FLUSH }))
    const most = Math.min(memory, 2 ** 32, length ?? Infinity)
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, most) })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      withinMemory(length ?? memory + 1, path, 'its unpacked bytes')
      const problem = `it unpacks to more than the ${length} bytes that it should hold`
      throw new BenchError('bad-data', `${path}: ${problem}`, path, { cause })
    }
    throw new BenchError('bad-data', `${path}: the gzip data is broken or truncated`, path, { cause })
  }
}

/** SHA-256 over several byte arrays in order, in hexadecimal. */
export function sha256(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** The error for files that are not there: which, where they were looked for, and how to get them. */
export function missingFiles(
  set: string,
  folder: string,
  files: readonly string[],
  fetchable: boolean,
): BenchError {
  const remedy = fetchable
    ? `run \`lab data get ${set}\` with a network, or put the original files there`
    : 'put the original files there, or set data.path to the folder that holds them'
  return new BenchError(
    'bad-data',
    `${set}: missing in ${folder}: ${files.join(', ')} – ${remedy}`,
    'data.path',
  )
}
