/** The output of a run's task, at hand. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterLog } from '../../shared/contract/cluster.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { placeOfRun } from '../store/cluster.ts'
import { explain } from '../store/failures.ts'
import { schedulerOf } from './schedulers/index.ts'
import { spoolPaths } from './spool.ts'

/** Bytes of the end of an output that are shown. */
const SHOWN = 64 * 1024

/** @throws BenchError `not-found` for a run that was on no cluster, or whose task has no output yet. */
export function readLog({ database }: LabContext, run: number): ClusterLog {
  const found = placeOfRun(database, run)
  if (!found) throw new BenchError('not-found', `Run ${run} was on no cluster.`, 'run')
  const { submission, place } = found
  const array = submission.jobs.find(({ first, count }) => place.task >= first && place.task < first + count)
  const name = array && schedulerOf(submission).logName(array.job, place.task - array.first)
  const file = join(spoolPaths(submission.folder).logs, name ?? '')
  if (!name || !existsSync(file)) {
    throw new BenchError('not-found', `The task of run ${run} has no output yet: it has not begun.`, 'run')
  }
  try {
    const descriptor = openSync(file, 'r')
    try {
      const bytes = fstatSync(descriptor).size
      const end = Buffer.alloc(Math.min(bytes, SHOWN))
      const got = readSync(descriptor, end, 0, end.length, bytes - end.length)
      return { run, file, bytes, text: end.toString('utf8', 0, got) }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw explain(error, file)
  }
}
