/** Runs on clusters, as the database knows them. Functions that write are called within a transaction. */
import type { ClusterProfile } from '../../shared/cluster/profile.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'

/** An array of a scheduler's: tasks from `first` on. */
export interface JobArray {
  readonly job: string
  readonly first: number
  readonly count: number
}

export interface Submission {
  readonly id: string
  readonly cluster: string
  readonly scheduler: ClusterProfile['scheduler']
  readonly study: string
  readonly folder: string
  readonly jobs: readonly JobArray[]
  readonly submittedAt: string
}

/** A run that is out on a cluster. */
export interface OutRun {
  readonly run: number
  readonly submission: string
  readonly task: number
  readonly attempt: number
  readonly bytes: number
  readonly status: RunStatus
  readonly state: string | null
  readonly reason: string | null
  readonly node: string | null
  readonly job: string | null
}

type Stored = Omit<Submission, 'jobs'> & { readonly jobs: string }

const toSubmission = (row: Stored): Submission => ({ ...row, jobs: JSON.parse(row.jobs) as JobArray[] })

const SUBMISSION = 'id, cluster, scheduler, study, folder, jobs, submitted_at AS submittedAt'
const OUT = "status IN ('queued', 'running')"

export function addSubmission(database: Connection, submission: Submission): void {
  prepared(
    database,
    `INSERT INTO cluster_submissions (id, cluster, scheduler, study, folder, jobs, submitted_at)
      VALUES (@id, @cluster, @scheduler, @study, @folder, @jobs, @submittedAt)`,
  ).run({ ...submission, jobs: JSON.stringify(submission.jobs) })
}

/** Records the arrays that a submission has become so far. */
export function setJobs(database: Connection, id: string, jobs: readonly JobArray[]): void {
  prepared(database, 'UPDATE cluster_submissions SET jobs = ? WHERE id = ?').run(JSON.stringify(jobs), id)
}

/** Puts runs into a submission; nothing of them has been collected. */
export function placeRuns(
  database: Connection,
  submission: string,
  runs: readonly { readonly run: number; readonly task: number }[],
): void {
  const insert = prepared(
    database,
    'INSERT OR REPLACE INTO cluster_runs (run, submission, task) VALUES (?, ?, ?)',
  )
  for (const { run, task } of runs) insert.run(run, submission, task)
}

/** Takes waiting runs from this computer's queue for a cluster; they have no place there yet. */
export function reserveRuns(database: Connection, cluster: string, runs: readonly number[]): void {
  const ids = JSON.stringify(runs)
  prepared(
    database,
    `UPDATE runs SET cluster = ?, status = 'queued', error = NULL, finished_at = NULL, stalls = 0
      WHERE id IN (SELECT value FROM json_each(?))`,
  ).run(cluster, ids)
  prepared(database, 'DELETE FROM cluster_runs WHERE run IN (SELECT value FROM json_each(?))').run(ids)
}

/** Runs that are reserved for a cluster and were not submitted yet, by study. */
export function reservedRuns(database: Connection, cluster: string): Map<string, number[]> {
  const rows = prepared(
    database,
    `SELECT id AS run, (SELECT MIN(study) FROM study_runs WHERE run = runs.id) AS study FROM runs
      WHERE cluster = ? AND status = 'queued' AND id NOT IN (SELECT run FROM cluster_runs) ORDER BY id`,
  ).all(cluster) as { run: number; study: string | null }[]
  const found = new Map<string, number[]>()
  for (const { run, study } of rows) found.set(study ?? '', [...(found.get(study ?? '') ?? []), run])
  return found
}

/** Clusters with runs that are reserved for them and not submitted. */
export function clustersWithReserved(database: Connection): string[] {
  return prepared(
    database,
    `SELECT DISTINCT cluster FROM runs WHERE cluster IS NOT NULL AND status = 'queued'
      AND id NOT IN (SELECT run FROM cluster_runs)`,
    'pluck',
  ).all() as string[]
}

/** Submissions with runs that are not over. */
export function openSubmissions(database: Connection, cluster?: string): Submission[] {
  return (
    prepared(
      database,
      `SELECT ${SUBMISSION} FROM cluster_submissions WHERE (@cluster IS NULL OR cluster = @cluster)
      AND id IN (SELECT submission FROM cluster_runs JOIN runs ON runs.id = run
        WHERE runs.cluster IS NOT NULL AND ${OUT}) ORDER BY submitted_at, id`,
    ).all({ cluster: cluster ?? null }) as Stored[]
  ).map(toSubmission)
}

const OUT_RUN = `SELECT run, submission, task, attempt, bytes, status, state, reason, node, job
  FROM cluster_runs JOIN runs ON runs.id = run AND runs.cluster IS NOT NULL`

/** Runs of a submission that are not over. */
export function outRuns(database: Connection, submission: string): OutRun[] {
  return prepared(database, `${OUT_RUN} WHERE submission = ? AND ${OUT} ORDER BY task, run`).all(
    submission,
  ) as OutRun[]
}

/** The last submission that a run was part of, and its place there; undefined for one that never was. */
export function placeOfRun(
  database: Connection,
  run: number,
): { readonly submission: Submission; readonly place: Pick<OutRun, 'run' | 'task' | 'attempt'> } | undefined {
  const place = prepared(
    database,
    'SELECT run, task, attempt, submission FROM cluster_runs WHERE run = ?',
  ).get(run) as Pick<OutRun, 'run' | 'task' | 'attempt' | 'submission'> | undefined
  const row =
    place &&
    (prepared(database, `SELECT ${SUBMISSION} FROM cluster_submissions WHERE id = ?`).get(
      place.submission,
    ) as Stored | undefined)
  return row && place && { submission: toSubmission(row), place }
}

/** Which of some runs are out on a cluster, or were there last, by run. */
export function clustersOf(
  database: Connection,
  runs: readonly number[],
): Map<number, { readonly cluster: string; readonly status: RunStatus }> {
  const rows = prepared(
    database,
    `SELECT id, cluster, status FROM runs
      WHERE cluster IS NOT NULL AND id IN (SELECT value FROM json_each(?))`,
  ).all(JSON.stringify(runs)) as { id: number; cluster: string; status: RunStatus }[]
  return new Map(rows.map(({ id, cluster, status }) => [id, { cluster, status }]))
}

/** Runs of a study that are out on a cluster. */
export function outOfStudy(database: Connection, study: string): number[] {
  return prepared(
    database,
    `SELECT id FROM runs JOIN study_runs ON study_runs.run = id WHERE study = ?
      AND cluster IS NOT NULL AND ${OUT} ORDER BY id`,
    'pluck',
  ).all(study) as number[]
}

/** Records how far a run's journals were taken over. */
export function setTaken(database: Connection, run: number, attempt: number, bytes: number): void {
  prepared(database, 'UPDATE cluster_runs SET attempt = ?, bytes = ? WHERE run = ?').run(attempt, bytes, run)
}

/** Records what the scheduler says of a run's task. True when that is news. */
export function setPlace(
  database: Connection,
  run: number,
  place: Pick<OutRun, 'state' | 'reason' | 'node' | 'job'>,
): boolean {
  const { state, reason, node, job } = place
  return (
    prepared(
      database,
      `UPDATE cluster_runs SET state = @state, reason = @reason, node = @node, job = @job WHERE run = @run
        AND (state IS NOT @state OR reason IS NOT @reason OR node IS NOT @node OR job IS NOT @job)`,
    ).run({ run, state, reason, node, job }).changes > 0
  )
}

/** Marks a run as begun on a cluster, if it was not. */
export function beginOnCluster(database: Connection, run: number, at: string): void {
  prepared(
    database,
    `UPDATE runs SET status = 'running', started_at = IFNULL(started_at, @at), heartbeat = @at,
      lab = NULL, pid = NULL, error = NULL, finished_at = NULL, diverged_at = NULL WHERE id = @run`,
  ).run({ run, at })
}

/** Numbers of runs by cluster and status. */
export function countByCluster(database: Connection): Map<string, Partial<Record<RunStatus, number>>> {
  const rows = prepared(
    database,
    `SELECT cluster, status, COUNT(*) AS runs FROM runs WHERE cluster IS NOT NULL GROUP BY cluster, status`,
  ).all() as { cluster: string; status: RunStatus; runs: number }[]
  const found = new Map<string, Partial<Record<RunStatus, number>>>()
  for (const { cluster, status, runs } of rows) found.set(cluster, { ...found.get(cluster), [status]: runs })
  return found
}
