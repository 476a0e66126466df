/** How runs on a cluster end in the database: by their results, or by what became of their tasks. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { dropCheckpoints, recordCheckpoint } from '../store/artifacts.ts'
import type { OutRun } from '../store/cluster.ts'
import { addEvent } from '../store/events.ts'
import { changeRun } from '../store/runs.ts'
import { sealRun } from '../store/seals.ts'
import { readCheckpointFile, writeCheckpointFile } from '../threads/checkpoint-file.ts'
import type { Scheduler, TaskState } from './schedulers/types.ts'
import type { SpoolCheckpoint, SpoolPaths, SpoolResult } from './spool.ts'
import { lastInSpool } from './task/origin.ts'
import type { News } from './take.ts'

/** How a run ended. */
export interface RunEnd {
  readonly status: SpoolResult['status']
  readonly error: ErrorMessage | null
  readonly at: string
  readonly checkpoint: SpoolCheckpoint | null
  /** Null where only the journal knows. */
  readonly result: SpoolResult | null
}

/** The end that a result tells. */
export function endOfResult(paths: SpoolPaths, run: number, result: SpoolResult): RunEnd {
  const { status, error, endedAt } = result
  const over = status === 'finished' || status === 'diverged'
  const checkpoint = result.checkpoint ?? (over ? null : lastInSpool(paths, run))
  return { status, error, at: endedAt, checkpoint, result }
}

/** The end of a run whose task is over, or gone, without a result of it. */
export function endOfTask(
  paths: SpoolPaths,
  out: OutRun,
  state: TaskState | null,
  about: { readonly scheduler: Scheduler; readonly name: string | null; readonly at: string },
): RunEnd {
  const checkpoint = lastInSpool(paths, out.run)
  const { at, name, scheduler } = about
  if (state?.phase === 'cancelled') return { status: 'cancelled', error: null, at, checkpoint, result: null }
  const task = name === null ? 'Its task' : `Its task ${name}`
  const went =
    state === null
      ? `${task} is not known to ${scheduler.name} any more, and left no result.`
      : `${task} ended as ${state.state}${state.reason === null ? '' : ` (${state.reason})`}` +
        `${state.node === null ? '' : ` on ${state.node}`} before this run had a result.`
  const log = name === null ? '' : ' Its output: lab cluster log ' + String(out.run) + '.'
  const message = `${went}${HINTS[state?.state ?? ''] ?? ''}${log}`
  const error = toErrorMessage(new BenchError('unavailable', message))
  return { status: 'failed', error, at, checkpoint, result: null }
}

const HINTS: Readonly<Record<string, string>> = {
  TIMEOUT: ' It was not begun again: give it more time (--time), or ask whether jobs may be requeued.',
  OUT_OF_MEMORY: ' Give it more memory (--memory).',
}

/** Brings a checkpoint into the home; false where the spool's is missing or damaged. @throws `disk-full` */
export function bringCheckpoint(
  context: LabContext,
  paths: SpoolPaths,
  checkpoint: SpoolCheckpoint,
): boolean {
  const { file, step, hash } = checkpoint
  if (existsSync(join(context.paths.checkpoints, file))) return true
  try {
    const bytes = readCheckpointFile(join(paths.checkpoints, file))
    const owner = file.slice(0, file.length - `-${step}-${hash}.safetensors`.length)
    return writeCheckpointFile(context.paths.checkpoints, owner, step, bytes).file === file
  } catch (error) {
    if (error instanceof BenchError && error.code === 'bad-file') return false
    throw error
  }
}

/**
 * Writes the end of a run. Within a transaction of the caller.
 * @param brought whether its checkpoint is in the home
 */
export function endRun(
  context: LabContext,
  run: number,
  { status, error, at, checkpoint, result }: RunEnd,
  brought: boolean,
  news: News[],
): void {
  const { database } = context
  let old: string[] = []
  if (checkpoint && brought) old = recordCheckpoint(database, { run, ...checkpoint }, at)
  if (error) {
    const event = { at, step: null, level: 'error' as const, message: error.message }
    addEvent(database, run, event)
    news.push(() => context.emitter.emit('run/event', { run, event }))
  }
  const known = result && result.attempt > 0 ? result : null
  const steps = known?.totalSteps ?? null
  changeRun(database, run, {
    status,
    error: error && JSON.stringify(error),
    finishedAt: at,
    ...(known ? { step: known.step, seconds: known.seconds } : {}),
    ...(steps === null ? {} : { totalSteps: steps }),
    divergedAt: status === 'diverged' && known ? known.step : null,
    stalls: 0,
  })
  if ((status === 'finished' || status === 'diverged') && known)
    old = [...old, ...dropCheckpoints(database, run, known.step)]
  if (status === 'finished' || status === 'diverged') sealRun(database, run, at)
  news.push(() => {
    for (const file of old) rmSync(join(context.paths.checkpoints, file), { force: true })
  })
}
