/** The end of a run that its process died of, told by somebody else. */
import { existsSync } from 'node:fs'
import { BenchError, toErrorMessage } from '../../../shared/contract/errors.ts'
import { allLines } from '../journal.ts'
import { spoolPaths } from '../spool.ts'
import { lastInSpool, nextAttempt } from './origin.ts'
import { seal } from './seal.ts'

/** Ends such a run as failed, so that those after it have their turn. */
export function sealDead(root: string, run: number, message: string, now: Date): void {
  const paths = spoolPaths(root)
  if (existsSync(paths.result(run))) return
  const attempt = nextAttempt(paths, run) - 1
  let bytes = 0
  let step = 0
  let seconds = 0
  for (const { entry, end } of attempt > 0 ? allLines(paths.journal(run, attempt)) : []) {
    bytes = end
    if (entry.kind !== 'begin' && entry.kind !== 'progress') continue
    step = entry.step
    seconds = entry.seconds
  }
  seal(paths, run, {
    ...{ attempt, bytes, status: 'failed', step, seconds, totalSteps: null, backend: null, device: '' },
    ...{ timing: null, error: toErrorMessage(new BenchError('unavailable', message)) },
    ...{ endedAt: now.toISOString(), checkpoint: lastInSpool(paths, run) },
  })
}
