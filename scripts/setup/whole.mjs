// Files and folders that are either whole or not there: written under a temporary name that carries the
// process id, and renamed when complete. What a killed set-up leaves behind is found by its dead process id
// and removed.
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { megabytes } from './report.mjs'
import { SetUpProblem } from './problem.mjs'

const PARTIAL = /\.partial-(\d+)$/

/** Whether a process of this id is alive (also when it is another user's). */
export function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Removes what processes that are gone left unfinished beside `target`. */
export function removePartials(target) {
  const parent = dirname(target)
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) {
    const pid = Number(PARTIAL.exec(name)?.[1])
    if (pid && (pid === process.pid || !alive(pid)))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
}

/** Makes an empty folder `<target>.partial-<pid>`, after removing those of processes that are gone. */
export function partialFolder(target) {
  removePartials(target)
  const folder = `${target}.partial-${process.pid}`
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Puts a complete folder or file in its place; what was there before goes. */
export function place(partial, target) {
  mkdirSync(dirname(target), { recursive: true })
  if (existsSync(target) && PARTIAL.test(partial)) {
    const old = `${target}.old.partial-${process.pid}`
    renameSync(target, old)
    renameSync(partial, target)
    rmSync(old, { recursive: true, force: true })
  } else {
    renameSync(partial, target)
  }
}

/** Writes a small text file so that it is never seen half written. */
export function writeWhole(target, text) {
  mkdirSync(dirname(target), { recursive: true })
  const partial = `${target}.partial-${process.pid}`
  writeFileSync(partial, text)
  renameSync(partial, target)
}

/** The checksum of a file, in hex (`sha256`) or base64 (`sha512`, as npm writes it). */
export async function checksum(file, algorithm = 'sha256', encoding = 'hex') {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  return hash.digest(encoding)
}

/** Throws unless the disk of `folder` (made if missing) has `bytes` free. */
export function needSpace(folder, bytes, what) {
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize >= bytes) return
  throw new SetUpProblem(
    'space',
    `${what} needs ${megabytes(bytes)} free on the disk of ${folder}; there are ${megabytes(bavail * bsize)}`,
    ['Free some space there, or set XDG_CACHE_HOME to a folder on a larger disk, then: npm run setup'],
  )
}

/** Bytes in a folder, all levels; what vanishes while it is counted counts as nothing. */
export function folderBytes(folder, sizeOf) {
  let bytes = 0
  for (const entry of entries(folder)) {
    const path = join(folder, entry.name)
    bytes += entry.isDirectory() ? folderBytes(path, sizeOf) : sizeOf(path)
  }
  return bytes
}

function entries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
