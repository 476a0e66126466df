/** Studies sent to a cluster: everything is looked at before anything is stored or submitted. */
import type { ClusterProfile } from '../../shared/cluster/profile.ts'
import type { ClusterSubmission } from '../../shared/contract/cluster.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import type { LabContext } from '../context.ts'
import { startStudy } from '../run/start.ts'
import type { StartedStudy } from '../run/start.ts'
import { clustersOf, reserveRuns, reservedRuns } from '../store/cluster.ts'
import { listRuns } from '../store/runs.ts'
import { readyRuns, withData } from './ready.ts'
import type { DataHashes, ReadyRun } from './ready.ts'
import { checkFolder } from './spool.ts'
import { schedulerOf } from './schedulers/index.ts'
import { failUnsent, planSubmission, sendPlan, testPlan } from './submission.ts'
import type { Plan, PlanOptions } from './submission.ts'

/** A study as it is to be started. */
export interface PreparedStart {
  readonly study: Study
  readonly extra: Readonly<Record<string, unknown>>
  readonly backend: string
  readonly retry: boolean | undefined
  /** Done with the runs that were queued, in the transaction that queues them. */
  readonly tell: (fresh: readonly number[]) => void
}

export interface SubmitOptions extends PlanOptions {
  readonly dryRun?: boolean
}

/** Thrown to take a transaction back that was only tried. */
class TakenBack extends Error {}

/** What an action would give; the database stays as it was. */
function rehearsed<T>({ database }: LabContext, action: () => T): T {
  const results: T[] = []
  try {
    database
      .transaction(() => {
        results.push(action())
        throw new TakenBack()
      })
      .immediate()
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error
  }
  return results[0]
}

/** Queues the study for a cluster: new and failed runs, and those that wait on this computer. */
function reserve(
  context: LabContext,
  cluster: string,
  prepared: PreparedStart,
): { readonly started: StartedStudy; readonly ids: number[] } {
  const { database } = context
  const now = context.now().toISOString()
  const { study, extra, backend, retry } = prepared
  const started = startStudy(context, study, extra, backend, now, retry, cluster)
  prepared.tell(started.fresh)
  const fresh = new Set(started.fresh)
  const out = clustersOf(database, started.runs)
  const ids = listRuns(database, { ids: started.runs })
    .filter(
      ({ id, status }) =>
        fresh.has(id) || (!out.has(id) && ['queued', 'paused', 'interrupted'].includes(status)),
    )
    .map(({ id }) => id)
  reserveRuns(database, cluster, ids)
  return { started, ids }
}

/**
 * Sends a study to a cluster, or tells what would be sent.
 * @throws BenchError with every problem of the study, of its data and of what the scheduler says; then
 * nothing was submitted
 */
export async function submitStudy(
  context: LabContext,
  profile: ClusterProfile,
  prepared: PreparedStart,
  options: SubmitOptions,
): Promise<ClusterSubmission> {
  const scheduler = schedulerOf(profile)
  const rehearsal = rehearsed(context, () => {
    const { started, ids } = reserve(context, profile.name, prepared)
    return { started, runs: readyRuns(context, ids) }
  })
  const hashes: DataHashes = new Map()
  const runs = await withData(context, rehearsal.runs, hashes)
  const plan = await planSubmission(context, profile, prepared.study.id, runs, options)
  checkFolder(profile.folder)
  const verdict = runs.length === 0 ? 'Every run exists already.' : await testPlan(profile, plan)
  const told = (started: StartedStudy, sent: readonly ReadyRun[], jobs: readonly string[], made: Plan) => {
    const scripts = made.chunks.map((_, chunk) => made.script(chunk, jobs[chunk - 1] ?? null))
    return {
      ...{ cluster: profile.name, runs: options.dryRun ? [] : started.runs, submitted: sent.length },
      ...{ reused: started.runs.length - sent.length, tasks: made.tasks.length, minutes: made.minutes },
      ...{ basis: made.basis, folder: made.folder, verdict, jobs },
      scripts: scripts.map((script) => scheduler.script(script)),
      arrays: scripts.map((script) => scheduler.arrayOf(script)),
      ...(prepared.study.search ? { waiting: started.waiting } : {}),
    }
  }
  if (options.dryRun || runs.length === 0) return told(rehearsal.started, runs, [], plan)
  const { started, ids } = context.database
    .transaction(() => reserve(context, profile.name, prepared))
    .immediate()
  const sent = await send(context, profile, prepared.study.id, ids, options, hashes)
  return told(started, sent.ready, sent.jobs, sent.plan)
}

/** Sends reserved runs. Where that fails they have failed with what was said, and can be retried. */
async function send(
  context: LabContext,
  profile: ClusterProfile,
  study: string,
  ids: readonly number[],
  options: PlanOptions,
  hashes?: DataHashes,
): Promise<{ readonly ready: readonly ReadyRun[]; readonly plan: Plan; readonly jobs: readonly string[] }> {
  try {
    const ready = await withData(context, readyRuns(context, ids), hashes)
    const plan = await planSubmission(context, profile, study, ready, options)
    const jobs = await sendPlan(context, profile, plan, ready)
    return { ready, plan, jobs: jobs.map(({ job }) => job) }
  } catch (error) {
    failUnsent(context, ids, error)
    throw error
  }
}

/**
 * Sends what is reserved for a cluster and has no place there: runs that are retried, and what a search of
 * the learning rate has chosen. Numbers of runs sent.
 */
export async function submitReserved(
  context: LabContext,
  profile: ClusterProfile,
  options: PlanOptions = {},
): Promise<number> {
  let sent = 0
  for (const [study, ids] of reservedRuns(context.database, profile.name)) {
    await send(context, profile, study, ids, options)
    sent += ids.length
  }
  return sent
}

/** Sends failed and cancelled runs of a cluster again, from their last checkpoints; those alone. */
export async function retryOnCluster(
  context: LabContext,
  profile: ClusterProfile,
  ids: readonly number[],
): Promise<void> {
  const { database } = context
  database
    .transaction(() => {
      const again = listRuns(database, { ids }).filter(({ status }) =>
        ['failed', 'cancelled'].includes(status),
      )
      reserveRuns(
        database,
        profile.name,
        again.map(({ id }) => id),
      )
    })
    .immediate()
  await submitReserved(context, profile)
}

/** Refuses a cluster whose runs of this home are not over. */
export function refuseBusy(name: string, out: number): void {
  if (out === 0) return
  throw new BenchError(
    'conflict',
    `${out} ${out === 1 ? 'run is' : 'runs are'} out on ${name}. Collect or cancel them first: ` +
      `lab cluster collect ${name}, lab cluster cancel STUDY.`,
    'cluster',
  )
}
