/**
 * Checkpoint files: named by their run, step and the hash of their content, whole or not there at all. (Homes
 * of earlier versions hold some that are named by the hash alone.)
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import { syncFolder, writeDurably } from '../store/durable.ts'
import { explain } from '../store/failures.ts'

export interface CheckpointFile {
  /** Name inside the folder. */
  readonly file: string
  readonly hash: string
  readonly bytes: number
}

/** How the names of a run's checkpoints begin. */
export function checkpointOwner(run: number, identity: string): string {
  return `${run}-${identity}`
}

/**
 * Writes the checkpoint of a step and waits until it is on the disk.
 * @param owner see checkpointOwner
 * @throws BenchError `disk-full`; no part of the file is left.
 */
export function writeCheckpointFile(
  folder: string,
  owner: string,
  step: number,
  bytes: Uint8Array,
): CheckpointFile {
  const hash = createHash('sha256').update(bytes).digest('hex')
  const file = `${owner}-${step}-${hash}.safetensors`
  const part = join(folder, `${file}.${process.pid}.part`)
  try {
    // In a home that is there: the engine's makeFolder is for paths that somebody typed.
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!existsSync(join(folder, file))) {
      writeDurably(part, bytes)
      renameSync(part, join(folder, file))
      syncFolder(folder)
    }
    return { file, hash, bytes: bytes.length }
  } catch (error) {
    rmSync(part, { force: true })
    throw explain(error, folder)
  }
}

/**
 * Reads a checkpoint and holds it against the hash in its name.
 * @throws BenchError `bad-file` when it is missing or changed.
 */
export function readCheckpointFile(path: string): Uint8Array {
  if (!existsSync(path))
    throw new BenchError('bad-file', `The checkpoint ${path} is missing; retry the run from its start.`, path)
  const buffer = readFileSync(path)
  // A plain array over the same memory: a Buffer's slice does not copy, unlike what readers of Uint8Array may
  // expect.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  const hash = createHash('sha256').update(bytes).digest('hex')
  if (!path.endsWith(`${hash}.safetensors`)) {
    throw new BenchError(
      'bad-file',
      `The checkpoint ${path} is damaged (its content is not what was written).`,
      path,
    )
  }
  return bytes
}
