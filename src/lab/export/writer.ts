/** Writes a file in pieces under a temporary name and gives it its name when it is whole. */
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { explain } from '../store/failures.ts'

/** Bytes collected before they are written. */
const CHUNK = 1 << 16

/**
 * Writes the pieces; the answer is the number of bytes.
 * @throws BenchError `disk-full` or `bad-file`; a file of that name stays as it was.
 */
export function writePieces(file: string, pieces: Iterable<string>): number {
  const path = resolve(file)
  const part = `${path}.${process.pid}.part`
  let descriptor: number | null = null
  let bytes = 0
  try {
    mkdirSync(dirname(path), { recursive: true })
    descriptor = openSync(part, 'w')
    let collected = ''
    for (const piece of pieces) {
      collected += piece
      if (collected.length < CHUNK) continue
      bytes += writeSync(descriptor, collected)
      collected = ''
    }
    bytes += writeSync(descriptor, collected)
    fsyncSync(descriptor)
    closeSync(descriptor)
    descriptor = null
    renameSync(part, path)
    return bytes
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor)
    rmSync(part, { force: true })
    throw explain(error, path)
  }
}
