/** One submission: planned, its spool written, its arrays given to the scheduler. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ClusterProfile } from '../../shared/cluster/profile.ts'
import { toErrorMessage } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { withWeightsPath } from '../models/weights.ts'
import { addSubmission, placeOfRun, placeRuns, setJobs } from '../store/cluster.ts'
import type { JobArray } from '../store/cluster.ts'
import { addEvent } from '../store/events.ts'
import { toJson } from '../store/exact-json.ts'
import { explain } from '../store/failures.ts'
import { changeRun } from '../store/runs.ts'
import { chunkTasks, packRuns, timeLimit } from './plan.ts'
import { programCommand, quoted } from './program.ts'
import { dataStore } from './ready.ts'
import type { ReadyRun } from './ready.ts'
import { schedulerOf } from './schedulers/index.ts'
import type { JobScript } from './schedulers/types.ts'
import { makeSpool, SPOOL_VERSION } from './spool.ts'
import type { SpoolPaths, SpoolRun, SpoolSubmission } from './spool.ts'

export interface PlanOptions {
  /** Minutes of a task; left out: proposed. */
  readonly time?: number
  readonly perTask?: number
}

export interface Plan {
  readonly id: string
  readonly study: string
  readonly folder: string
  readonly tasks: readonly (readonly number[])[]
  readonly chunks: readonly { readonly first: number; readonly count: number }[]
  readonly minutes: number
  readonly basis: string
  readonly script: (chunk: number, after: string | null) => JobScript
}

const inArray = (task: number, first: number, count: number): boolean => task >= first && task < first + count

const CHECKPOINT_MS = 30_000

/** Asks the scheduler how large arrays may be, and lays the runs out. @throws BenchError `unavailable`. */
export async function planSubmission(
  context: LabContext,
  profile: ClusterProfile,
  study: string,
  runs: readonly ReadyRun[],
  options: PlanOptions,
): Promise<Plan> {
  const most = await schedulerOf(profile).mostTasks()
  const packed = packRuns(runs, options.perTask ?? profile.perTask)
  const { minutes, basis } = timeLimit(packed, profile.time, options.time)
  const chunks = chunkTasks(packed.length, most)
  const stamp = context.now().toISOString().replace(/\D/g, '').slice(0, 17)
  const id = `${study.replace(/[^\w-]+/g, '-') || 'runs'}-${stamp}-${randomBytes(3).toString('hex')}`
  const folder = join(profile.folder, id)
  const script = (chunk: number, after: string | null): JobScript => ({
    ...{ profile, title: study.replace(/[^\w-]+/g, '-') || 'runs', tasks: chunks[chunk].count, minutes },
    logs: join(folder, 'logs'),
    // Where the cap of tasks at once is to hold over several arrays, one begins when the one before is over.
    after: profile.atOnce > 0 ? after : null,
    lines: (task) => [
      ...profile.setUp,
      `export GIVENS_DATA=${quoted(dataStore())}`,
      `exec ${programCommand(profile)} cluster task ${quoted(folder)} ` +
        `"$((${chunks[chunk].first} + ${task}))"`,
    ],
  })
  const tasks = packed.map((task) => task.map(({ run }) => run))
  return { id, study, folder, tasks, chunks, minutes, basis, script }
}

/** What the scheduler says of a plan's first script. @throws BenchError `impossible` where it refuses. */
export async function testPlan(profile: ClusterProfile, plan: Plan): Promise<string> {
  const scheduler = schedulerOf(profile)
  const folder = mkdtempSync(join(tmpdir(), 'givens-job-'))
  try {
    const file = join(folder, 'job.sh')
    writeFileSync(file, scheduler.script(plan.script(0, null)))
    return await scheduler.test(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Writes the spool and submits. What is submitted is recorded array by array, so that whatever happens in
 * between no run is lost or computed twice; runs that the scheduler did not take have failed with its words.
 * @throws BenchError what the file system or the scheduler says
 */
export async function sendPlan(
  context: LabContext,
  profile: ClusterProfile,
  plan: Plan,
  runs: readonly ReadyRun[],
): Promise<JobArray[]> {
  const { database } = context
  const scheduler = schedulerOf(profile)
  const jobs: JobArray[] = []
  let chunk = 0
  try {
    const paths = makeSpool(plan.folder)
    writeInputs(context, profile, plan, runs, paths)
    const places = plan.tasks.flatMap((task, number) => task.map((run) => ({ run, task: number })))
    const { id, study, folder } = plan
    const submittedAt = context.now().toISOString()
    database.pragma('synchronous = FULL')
    try {
      database
        .transaction(() => {
          const place = { id, study, folder, cluster: profile.name, scheduler: profile.scheduler }
          addSubmission(database, { ...place, jobs, submittedAt })
          placeRuns(database, id, places)
        })
        .immediate()
      for (; chunk < plan.chunks.length; chunk++) {
        const file = join(plan.folder, `job-${chunk}.sh`)
        writeFileSync(file, scheduler.script(plan.script(chunk, jobs.at(-1)?.job ?? null)))
        const job = await scheduler.submit(file)
        jobs.push({ job, ...plan.chunks[chunk] })
        setJobs(database, id, jobs)
      }
    } finally {
      database.pragma('synchronous = NORMAL')
    }
    return jobs
  } catch (thrown) {
    throw explain(thrown, plan.folder)
  }
}

/** Ends those of some runs that no array has, with what was said. */
export function failUnsent(context: LabContext, runs: readonly number[], thrown: unknown): void {
  const error = toErrorMessage(thrown)
  const at = context.now().toISOString()
  context.database
    .transaction(() => {
      for (const run of runs) {
        const found = placeOfRun(context.database, run)
        if (found?.submission.jobs.some(({ first, count }) => inArray(found.place.task, first, count)))
          continue
        changeRun(context.database, run, { status: 'failed', error: JSON.stringify(error), finishedAt: at })
        addEvent(context.database, run, { at, step: null, level: 'error', message: error.message })
      }
    })
    .immediate()
}

function writeInputs(
  context: LabContext,
  profile: ClusterProfile,
  plan: Plan,
  runs: readonly ReadyRun[],
  paths: SpoolPaths,
): void {
  const byRun = new Map(runs.map((run) => [run.run, run]))
  const submission: SpoolSubmission = {
    ...{ spool: SPOOL_VERSION, program: context.version, scheduler: profile.scheduler },
    ...{ cluster: profile.name, study: plan.study, checkpointEveryMs: CHECKPOINT_MS },
    ratesFile: join(profile.folder, 'backend-rates.json'),
  }
  writeFileSync(paths.submission, toJson(submission))
  for (const [task, ids] of plan.tasks.entries()) {
    const inputs = ids.map((id) => inputOf(context, byRun.get(id) as ReadyRun, paths))
    writeFileSync(paths.task(task), toJson(inputs))
  }
}

/** Inputs of a run; the files that they name are copied to where nodes see them. */
function inputOf(context: LabContext, { seconds: _, ...run }: ReadyRun, paths: SpoolPaths): SpoolRun {
  const { checkpoint } = run
  if (checkpoint)
    copyFileSync(join(context.paths.checkpoints, checkpoint.file), join(paths.checkpoints, checkpoint.file))
  const here = withWeightsPath(run.spec, context.paths.models).initialization.file.path
  if (here === run.spec.initialization.file.path) return run
  copyFileSync(here, join(paths.weights, basename(here)))
  return { ...run, spec: withWeightsPath(run.spec, paths.weights) }
}
