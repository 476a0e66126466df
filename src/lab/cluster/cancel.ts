/** Runs on a cluster cancelled: each by a mark in its spool, and tasks that have nothing else to do ended. */
import { existsSync, writeFileSync } from 'node:fs'
import type { LabContext } from '../context.ts'
import { openSubmissions, outRuns } from '../store/cluster.ts'
import type { OutRun, Submission } from '../store/cluster.ts'
import { explain } from '../store/failures.ts'
import { changeRun } from '../store/runs.ts'
import { schedulerOf } from './schedulers/index.ts'
import { spoolPaths } from './spool.ts'

/**
 * Asks that runs be cancelled. Those that were not submitted yet are at once; the others when they are
 * collected, since one may have come to its end meanwhile.
 * @throws BenchError `unavailable` where the scheduler does not answer; marks stay, and hold
 */
export async function cancelOnCluster(context: LabContext, ids: readonly number[]): Promise<void> {
  const { database } = context
  const wanted = new Set(ids)
  for (const submission of openSubmissions(database)) {
    const runs = outRuns(database, submission.id)
    const marked = runs.filter(({ run }) => wanted.has(run))
    if (marked.length === 0) continue
    for (const { run } of marked) wanted.delete(run)
    mark(submission, marked)
    await endTasks(submission, runs, marked)
  }
  // What is left was reserved, and never submitted.
  const finishedAt = context.now().toISOString()
  for (const run of wanted) changeRun(database, run, { status: 'cancelled', finishedAt })
}

function mark(submission: Submission, runs: readonly OutRun[]): void {
  const paths = spoolPaths(submission.folder)
  try {
    for (const { run } of runs) writeFileSync(paths.cancelled(run), '')
  } catch (error) {
    throw explain(error, paths.cancel)
  }
}

/** Ends the tasks of which no run is wanted any more. */
async function endTasks(
  submission: Submission,
  runs: readonly OutRun[],
  marked: readonly OutRun[],
): Promise<void> {
  const paths = spoolPaths(submission.folder)
  const idle = new Set(marked.map(({ task }) => task))
  for (const { run, task } of runs)
    if (!existsSync(paths.cancelled(run)) && !existsSync(paths.result(run))) idle.delete(task)
  for (const { job, first, count } of submission.jobs) {
    const tasks = [...idle]
      .filter((task) => task >= first && task < first + count)
      .map((task) => task - first)
    await schedulerOf(submission).cancel(job, tasks)
  }
}
