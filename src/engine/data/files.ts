/** Reading a data set's files: where they are, whether they are whole, and what to do when they are not. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { BenchError } from '../../shared/contract/errors.ts'

/** The bench's own store of data sets: one folder a set, shared by all workspaces of a user. */
export function dataStore(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return process.env['GIVENS_DATA'] || join(cache, 'givens-bench', 'data')
}

/** Finds a file of a data set in a folder, also gzipped or in the subfolders that archives unpack to. */
export function findFile(folder: string, name: string, subfolders: readonly string[] = []): string | null {
  for (const sub of ['', ...subfolders]) {
    for (const suffix of ['', '.gz']) {
      const path = join(folder, sub, name + suffix)
      if (existsSync(path)) return path
    }
  }
  return null
}

/** Reads a file whole, unzipping `.gz`. Throws BenchError('bad-data') naming the file. */
export function readWhole(path: string): Uint8Array {
  const bytes = readFileSync(path)
  if (!path.endsWith('.gz')) return bytes
  try {
    return gunzipSync(bytes)
  } catch (cause) {
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
