/** How a run ended, as one file that is there when it is whole. */
import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { explain } from '../../store/failures.ts'
import { toJson } from '../../store/exact-json.ts'
import type { SpoolPaths, SpoolResult } from '../spool.ts'

/** Bytes set aside before a run begins, so that its end can be told on a full disk. */
const RESERVE = 64 * 1024

const partOf = (paths: SpoolPaths, run: number, attempt: number): string =>
  join(dirname(paths.result(run)), `${run}.${attempt}.part`)

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(descriptor, bytes, done, bytes.length - done, done)
}

/** Sets room aside for the end of an attempt. @throws BenchError `disk-full` */
export function reserve(paths: SpoolPaths, run: number, attempt: number): void {
  const file = partOf(paths, run, attempt)
  try {
    const descriptor = openSync(file, 'w', 0o600)
    try {
      writeAll(descriptor, Buffer.alloc(RESERVE, ' '))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw explain(error, file)
  }
}

/** Gives the room of an attempt without an end back. */
export function unreserve(paths: SpoolPaths, run: number, attempt: number): void {
  rmSync(partOf(paths, run, attempt), { force: true })
}

/** Writes the end of an attempt and gives it its name. @throws BenchError `disk-full` */
export function seal(paths: SpoolPaths, run: number, result: SpoolResult): void {
  const file = partOf(paths, run, result.attempt)
  try {
    const descriptor = openSync(file, 'a+', 0o600)
    closeSync(descriptor)
    const whole = openSync(file, 'r+')
    try {
      const bytes = Buffer.from(`${toJson(result)}\n`)
      writeAll(whole, bytes)
      ftruncateSync(whole, bytes.length)
      fsyncSync(whole)
    } finally {
      closeSync(whole)
    }
    renameSync(file, paths.result(run))
  } catch (error) {
    throw explain(error, file)
  }
}
