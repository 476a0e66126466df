/** Writes a file in pieces under a temporary name and gives it its name when it is whole. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { explain } from '../store/failures.ts'
import { clearPartsOf } from '../store/left-parts.ts'

/** Bytes collected before they are written. */
const CHUNK = 1 << 16

/**
 * The file that is meant: a link's target, so that the link stays one.
 * @throws BenchError `bad-input` for what is no plain file
 */
export function targetOf(path: string): string {
  if (path.includes('\0')) throw new BenchError('bad-input', `A path cannot hold the letter NUL.`, 'file')
  const found = statOf(path)
  if (found === undefined) return path
  if (found.isDirectory())
    throw new BenchError('bad-input', `${path} is a folder; give the file a name in it.`, path)
  if (!found.isFile())
    throw new BenchError('bad-input', `${path} is a device or a pipe; only plain files are written.`, path)
  return realpathSync(path)
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw explain(error, path)
  }
}

/**
 * Writes a file by `fill`, which is given what appends to it; returns the number of bytes.
 * @throws BenchError `disk-full` or `bad-file`; a file of that name stays as it was.
 */
export function writeFile(file: string, fill: (append: (data: string | Uint8Array) => void) => void): number {
  const path = targetOf(resolve(file))
  const part = `${path}.${process.pid}.part`
  let descriptor: number | null = null
  let bytes = 0
  try {
    makeFolder(dirname(path))
    clearPartsOf(path)
    const open = (descriptor = openSync(part, 'w'))
    fill((data) => {
      const whole = typeof data === 'string' ? Buffer.from(data) : data
      for (let done = 0; done < whole.length;) done += writeSync(open, whole, done)
      bytes += whole.length
    })
    fsyncSync(descriptor)
    closeSync(descriptor)
    descriptor = null
    renameSync(part, path)
    return bytes
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor)
    if (existsSync(part)) rmSync(part)
    throw explain(error, path)
  }
}

/** Writes the pieces of a text. Returns and throws as writeFile does. */
export function writePieces(file: string, pieces: Iterable<string>): number {
  return writeFile(file, (append) => {
    let collected = ''
    for (const piece of pieces) {
      collected += piece
      if (collected.length < CHUNK) continue
      append(collected)
      collected = ''
    }
    append(collected)
  })
}

/** Writes bytes. Returns and throws as writeFile does. */
export function writeBytes(file: string, bytes: Uint8Array): number {
  return writeFile(file, (append) => append(bytes))
}
