/**
 * Collecting: what tasks have left in their spools is taken over into the home. It may be done at any time,
 * by any process that has the home, and twice is as once: how far a run was read is stored with what was
 * read.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ClusterCollected } from '../../shared/contract/cluster.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabContext } from '../context.ts'
import { advanceSearches } from '../run/search.ts'
import { clustersWithReserved, openSubmissions, outRuns, setPlace } from '../store/cluster.ts'
import type { OutRun, Submission } from '../store/cluster.ts'
import { explain } from '../store/failures.ts'
import { changeRun, listRuns } from '../store/runs.ts'
import { bringCheckpoint, endOfResult, endOfTask, endRun } from './ends.ts'
import type { RunEnd } from './ends.ts'
import { allLines } from './journal.ts'
import { readCluster } from './profiles.ts'
import { schedulerOf } from './schedulers/index.ts'
import type { Scheduler, TaskState } from './schedulers/types.ts'
import { readSpool, spoolPaths } from './spool.ts'
import type { SpoolPaths, SpoolResult } from './spool.ts'
import { submitReserved } from './submit.ts'
import { takeRun } from './take.ts'
import type { News } from './take.ts'

type States = ReadonlyMap<string, ReadonlyMap<number, TaskState>>

/** Runs of one transaction. */
const BATCH = 50

/** How long a task that the scheduler does not know may be silent, or new, before it is given up. */
const SILENCE_MS = 180_000
const NEW_MS = 60_000

interface Tally {
  finished: number
  failed: number
  points: number
  readonly troubles: Set<string>
  readonly changed: Set<number>
  /** Names of held tasks by their scheduler. */
  readonly held: Map<Scheduler, Set<string>>
}

/** What is asked of a collection. */
export interface CollectOptions {
  readonly name?: string
  /** Whether the scheduler is asked too, or only the spools are read. */
  readonly ask?: boolean
}

/** Takes over what there is. Troubles with one submission or scheduler leave the others alone. */
export async function collectClusters(
  context: LabContext,
  { name, ask = true }: CollectOptions = {},
): Promise<ClusterCollected> {
  const { database } = context
  const tally: Tally = {
    finished: 0,
    failed: 0,
    points: 0,
    troubles: new Set(),
    changed: new Set(),
    held: new Map(),
  }
  const submissions = openSubmissions(database, name)
  const states = ask ? await askAll(submissions, tally) : new Map<string, States | null>()
  for (const submission of submissions) {
    try {
      await collectSubmission(context, submission, states.get(submission.scheduler) ?? null, tally)
    } catch (thrown) {
      const error = explain(thrown, submission.folder)
      if (!(error instanceof BenchError)) throw error
      tally.troubles.add(error.message)
    }
  }
  if (tally.finished + tally.failed > 0)
    context.queue?.wake(advanceSearches(database, context.now().toISOString()))
  await submitWaiting(context, name, tally)
  tellChanged(context, tally)
  for (const [scheduler, names] of tally.held) tally.troubles.add(heldText(scheduler, [...names]))
  const left = openSubmissions(database, name).flatMap(({ id }) => outRuns(database, id))
  return {
    ...{ finished: tally.finished, failed: tally.failed, points: tally.points },
    waiting: left.filter(({ status }) => status === 'queued').length,
    running: left.filter(({ status }) => status === 'running').length,
    troubles: [...tally.troubles],
  }
}

/** States by scheduler; null where it does not answer. */
async function askAll(submissions: readonly Submission[], tally: Tally): Promise<Map<string, States | null>> {
  const states = new Map<string, States | null>()
  for (const kind of new Set(submissions.map(({ scheduler }) => scheduler))) {
    const scheduler = schedulerOf({ scheduler: kind })
    const mine = submissions.filter((each) => each.scheduler === kind)
    const jobs = mine.flatMap((submission) => submission.jobs.map(({ job }) => job))
    try {
      states.set(kind, await withPast(scheduler, jobs, mine))
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      tally.troubles.add(error.message)
      states.set(kind, null)
    }
  }
  return states
}

/** States, and of arrays that the scheduler has forgotten something of, what accounts tell. */
async function withPast(
  scheduler: Scheduler,
  jobs: readonly string[],
  submissions: readonly Submission[],
): Promise<States> {
  const states = await scheduler.states(jobs)
  for (const { job, count } of submissions.flatMap((each) => each.jobs)) {
    const known = states.get(job) ?? new Map<number, TaskState>()
    if (known.size >= count) continue
    const past = await scheduler.past(job)
    states.set(job, new Map([...past, ...known]))
  }
  return states
}

const MOST_NAMED = 8

function heldText(scheduler: Scheduler, names: readonly string[]): string {
  const what = names.length === 1 ? 'A task is held, and waits' : `${names.length} tasks are held, and wait`
  const more = names.length > MOST_NAMED ? ' (and the others)' : ''
  return `${what} until you let it go: ${scheduler.letGo(names.slice(0, MOST_NAMED))}${more}`
}

async function submitWaiting(context: LabContext, name: string | undefined, tally: Tally): Promise<void> {
  for (const cluster of clustersWithReserved(context.database)) {
    if (name !== undefined && cluster !== name) continue
    try {
      await submitReserved(context, readCluster(context.paths.home, cluster))
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      tally.troubles.add(error.message)
    }
  }
}

/** What a spool holds now. */
interface Listing {
  readonly attempts: ReadonlyMap<number, number>
  readonly results: ReadonlySet<number>
}

function listSpool(paths: SpoolPaths): Listing {
  if (!existsSync(paths.root)) {
    throw new BenchError(
      'not-found',
      `${paths.root} is not there: the shared file system may not be mounted here, or it was removed.`,
      paths.root,
    )
  }
  const results = new Set<number>()
  for (const file of readdirSync(paths.results)) {
    const run = /^(\d+)\.json$/.exec(file)
    if (run) results.add(Number(run[1]))
  }
  const attempts = new Map<number, number>()
  for (const file of readdirSync(paths.journals)) {
    const [run, attempt] = file.split('.').map(Number)
    if (Number.isInteger(run) && Number.isInteger(attempt))
      attempts.set(run, Math.max(attempt, attempts.get(run) ?? 0))
  }
  return { attempts, results }
}

async function collectSubmission(
  context: LabContext,
  submission: Submission,
  states: States | null,
  tally: Tally,
): Promise<void> {
  const { database } = context
  const paths = spoolPaths(submission.folder)
  // States were asked before: what a task left at its end is there by now.
  const listing = listSpool(paths)
  const runs = outRuns(database, submission.id)
  for (let first = 0; first < runs.length; first += BATCH) {
    const news: News[] = []
    const batch = runs.slice(first, first + BATCH)
    database
      .transaction(() => {
        for (const out of batch) collectRun({ context, submission, paths, listing, states, tally, news }, out)
      })
      .immediate()
    for (const tell of news) tell()
    if (tally.changed.size >= BATCH) tellChanged(context, tally)
    // Whoever asks something of this lab meanwhile has a turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (outRuns(database, submission.id).length === 0) tidy(context, paths)
}

interface Collecting {
  readonly context: LabContext
  readonly submission: Submission
  readonly paths: SpoolPaths
  readonly listing: Listing
  readonly states: States | null
  readonly tally: Tally
  readonly news: News[]
}

function collectRun(at: Collecting, out: OutRun): void {
  const { context, paths, listing, tally, news } = at
  const attempts = listing.attempts.get(out.run) ?? 0
  const begun = attempts > 0 ? takeRun(context, paths, out, attempts, news) : null
  if (begun?.moved) tally.changed.add(out.run)
  tally.points += begun?.points ?? 0
  const taken = begun ?? { attempt: out.attempt, bytes: out.bytes }
  const found = stateOf(at, out)
  let end: RunEnd | null = null
  if (listing.results.has(out.run)) {
    const result = readSpool(paths.result(out.run)) as SpoolResult
    // What is not seen through the network yet is taken next time.
    if (result.attempt === 0 || (taken.attempt === result.attempt && taken.bytes >= result.bytes))
      end = endOfResult(paths, out.run, result)
  } else {
    end = endWithoutResult(at, out, attempts, found)
  }
  if (found && place(at, out, found, end)) tally.changed.add(out.run)
  if (end === null) {
    if (found?.state?.held && found.job !== null) addHeld(at, found.job)
    return
  }
  const brought = end.checkpoint !== null && bringCheckpoint(context, paths, end.checkpoint)
  endRun(context, out.run, end, brought, news)
  if (end.status === 'failed') tally.failed++
  else tally.finished++
  tally.changed.add(out.run)
}

function addHeld({ submission, tally: { held } }: Collecting, task: string): void {
  const scheduler = schedulerOf(submission)
  held.set(scheduler, (held.get(scheduler) ?? new Set()).add(task))
}

interface FoundState {
  /** Null: the scheduler answered, and does not know the task. */
  readonly state: TaskState | null
  readonly job: string | null
}

/** What the scheduler says of a run's task; null where it did not answer. */
function stateOf({ submission, states }: Collecting, out: OutRun): FoundState | null {
  const array = submission.jobs.find(({ first, count }) => out.task >= first && out.task < first + count)
  if (!array) return { state: null, job: null }
  if (states === null) return null
  const job = schedulerOf(submission).taskName(array.job, out.task - array.first)
  return { state: states.get(array.job)?.get(out.task - array.first) ?? null, job }
}

/** Stores what the scheduler says; a run whose task waits again waits. */
function place(
  { context }: Collecting,
  out: OutRun,
  { state, job }: FoundState,
  end: RunEnd | null,
): boolean {
  const known = state ?? { state: out.state, reason: out.reason, node: out.node }
  const moved = setPlace(context.database, out.run, {
    ...{ state: known.state, reason: known.reason, job },
    node: known.node ?? out.node,
  })
  const waits = end === null && state?.phase === 'waiting' && out.status === 'running'
  if (waits) changeRun(context.database, out.run, { status: 'queued' })
  return moved || waits
}

function endWithoutResult(
  { context, submission, paths }: Collecting,
  out: OutRun,
  attempts: number,
  found: FoundState | null,
): RunEnd | null {
  const at = context.now().toISOString()
  if (attempts === 0 && existsSync(paths.cancelled(out.run)))
    return { status: 'cancelled', error: null, at, checkpoint: null, result: null }
  if (found === null) return null
  const { state, job } = found
  const about = { scheduler: schedulerOf(submission), name: job, at }
  if (state?.phase === 'waiting' || state?.phase === 'working') return null
  if (state === null && (isNew(context, submission) || isAlive(context, paths, out.run, attempts)))
    return null
  return endOfTask(paths, out, state, about)
}

const isNew = (context: LabContext, { submittedAt }: Submission): boolean =>
  context.now().getTime() - Date.parse(submittedAt) < NEW_MS

/** Whether a run's journal has lately said something. */
function isAlive(context: LabContext, paths: SpoolPaths, run: number, attempts: number): boolean {
  let last: string | null = null
  if (attempts > 0) for (const { entry } of allLines(paths.journal(run, attempts))) last = entry.at
  return last !== null && context.now().getTime() - Date.parse(last) < SILENCE_MS
}

/**
 * What nobody needs any more once all runs were taken over: inputs, and checkpoints that the home has now.
 */
function tidy({ database }: LabContext, paths: SpoolPaths): void {
  // In WAL mode this waits until all that was committed is on the disk.
  database.pragma('wal_checkpoint(FULL)')
  for (const folder of [paths.checkpoints, paths.weights, join(paths.root, 'tasks')])
    rmSync(folder, { recursive: true, force: true })
}

function tellChanged({ database, emitter }: LabContext, tally: Tally): void {
  if (tally.changed.size === 0) return
  for (const row of listRuns(database, { ids: [...tally.changed] })) emitter.emit('run/changed', row)
  tally.changed.clear()
}
