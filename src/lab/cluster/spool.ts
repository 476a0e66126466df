/**
 * The spool of a submission: a folder on the file system that login node and nodes share, all that passes
 * between them. A task reads its own file of inputs and writes journals, checkpoints and results of its own
 * runs; the lab reads. No file is written by two, and none is changed once it is whole.
 *
 *     submission.json        what was submitted
 *     tasks/TASK.json        inputs of a task's runs
 *     weights/HASH.safetensors
 *     journals/RUN.ATTEMPT   what an attempt of a run told, line by line
 *     checkpoints/…          named as in a home
 *     results/RUN.json       how a run ended, there when it is whole
 *     cancel/RUN             asks that a run be cancelled
 *     logs/                  output of tasks
 */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder } from '../../engine/index.ts'
import type { OwnContents } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { fromJson } from '../store/exact-json.ts'
import { explain } from '../store/failures.ts'
import type { Timing } from '../threads/protocol.ts'

/** Version of this layout and of what its files hold. */
export const SPOOL_VERSION = 1

const FOLDERS = ['tasks', 'weights', 'journals', 'checkpoints', 'results', 'cancel', 'logs'] as const

export interface SpoolSubmission {
  readonly spool: number
  /** Version of the program that submitted. */
  readonly program: string
  readonly scheduler: 'slurm'
  readonly cluster: string
  readonly study: string
  readonly checkpointEveryMs: number
  readonly ratesFile: string
}

/** What a run is begun with: a WorkerInput, less what a node knows better. */
export interface SpoolRun {
  readonly run: number
  readonly spec: RunSpec
  readonly models: readonly string[]
  readonly methods: OwnContents
  readonly backend: string
  readonly recorded: string | null
  readonly dataHash: string | null
  /** Checkpoint of an earlier life to go on from, in the folder of checkpoints. */
  readonly checkpoint: { readonly file: string; readonly step: number; readonly seconds: number } | null
}

/** A checkpoint as an attempt recorded it. */
export interface SpoolCheckpoint {
  readonly step: number
  readonly seconds: number
  readonly hash: string
  readonly file: string
  readonly bytes: number
}

export interface SpoolResult {
  readonly attempt: number
  /** Bytes of that attempt's journal, all of which were written before. */
  readonly bytes: number
  readonly status: 'finished' | 'diverged' | 'failed' | 'cancelled'
  readonly step: number
  readonly totalSteps: number | null
  readonly seconds: number
  readonly backend: string | null
  readonly device: string
  readonly timing: Timing | null
  readonly error: ErrorMessage | null
  readonly endedAt: string
  readonly checkpoint: SpoolCheckpoint | null
}

export interface SpoolPaths {
  readonly root: string
  readonly submission: string
  readonly weights: string
  readonly journals: string
  readonly checkpoints: string
  readonly results: string
  readonly cancel: string
  readonly logs: string
  readonly task: (task: number) => string
  readonly journal: (run: number, attempt: number) => string
  readonly result: (run: number) => string
  readonly cancelled: (run: number) => string
}

export function spoolPaths(root: string): SpoolPaths {
  return {
    root,
    submission: join(root, 'submission.json'),
    weights: join(root, 'weights'),
    journals: join(root, 'journals'),
    checkpoints: join(root, 'checkpoints'),
    results: join(root, 'results'),
    cancel: join(root, 'cancel'),
    logs: join(root, 'logs'),
    task: (task) => join(root, 'tasks', `${task}.json`),
    journal: (run, attempt) => join(root, 'journals', `${run}.${attempt}`),
    result: (run) => join(root, 'results', `${run}.json`),
    cancelled: (run) => join(root, 'cancel', String(run)),
  }
}

/** Makes the folders. @throws BenchError `read-only`, `disk-full` naming the folder. */
export function makeSpool(root: string): SpoolPaths {
  try {
    for (const name of FOLDERS) makeFolder(join(root, name), 0o700)
  } catch (error) {
    const known = explain(error, root)
    if (!(known instanceof BenchError) || known.code !== 'read-only') throw known
    throw notWritable(root, error)
  }
  return spoolPaths(root)
}

/** Whether a folder can be made, or written. @throws BenchError `read-only` naming it. */
export function checkFolder(folder: string): void {
  let there = folder
  while (!existsSync(there)) there = dirname(there)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw notWritable(folder, error)
  }
}

const notWritable = (folder: string, cause: unknown): BenchError =>
  new BenchError(
    'read-only',
    `${folder} cannot be written: permission denied. Name another folder of the shared file system: ` +
      'lab cluster add NAME --folder DIR.',
    'folder',
    { cause },
  )

/** A file of the spool. @throws BenchError `bad-file` where it is missing or is not what was written. */
export function readSpool(file: string): unknown {
  if (!existsSync(file)) throw new BenchError('bad-file', `${file} is missing.`, file)
  try {
    return fromJson(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new BenchError('bad-file', `${file} is damaged: ${error.message}`, file, { cause: error })
    throw explain(error, file)
  }
}

/** What was submitted. @throws BenchError `conflict` where another layout's program wrote it. */
export function readSubmission(paths: SpoolPaths): SpoolSubmission {
  const submission = readSpool(paths.submission) as SpoolSubmission
  if (submission.spool === SPOOL_VERSION) return submission
  throw new BenchError(
    'conflict',
    `${paths.root} was written by Givens Bench ${submission.program}, whose spools this program does not ` +
      'know. Run its tasks with that version: lab cluster add NAME --program COMMAND.',
    paths.submission,
  )
}
