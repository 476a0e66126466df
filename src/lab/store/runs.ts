/** Runs: rows in, rows out, and the atomic steps of their lives. */
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import type { ClusterPlace, RunRow } from '../../shared/contract/row.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { runGroup, runIdentity, USAGE_VERSION } from '../../shared/spec/usage.ts'
import { partsOf } from './seals.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'
import { specsOf } from './specs.ts'
import type { Summary } from './summaries.ts'
import { summaries } from './summaries.ts'
import { readSpec, readStored } from './stored-text.ts'

interface StoredRun {
  readonly id: number
  readonly identity: string
  readonly group_hash: string
  readonly backend: string
  readonly status: RunStatus
  readonly backend_used: string | null
  readonly device: string | null
  readonly created_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly step: number
  readonly total_steps: number | null
  readonly seconds: number
  readonly error: string | null
  readonly diverged_at: number | null
  readonly tags: string
  readonly note: string
  readonly starred: number
  readonly archived: number
  readonly study: string | null
  readonly labels: string | null
  readonly cluster: string | null
  readonly cluster_job: string | null
  readonly cluster_state: string | null
  readonly cluster_reason: string | null
  readonly cluster_node: string | null
  readonly broken: string | null
}

/** What rows tell of the table: all but specifications (specs.ts) and environments, which are long. */
const ROW_COLUMNS = `runs.id, runs.identity, runs.group_hash, runs.backend, runs.status, runs.backend_used,
      runs.device, runs.created_at, runs.started_at, runs.finished_at, runs.step, runs.total_steps,
      runs.seconds, runs.error, runs.diverged_at, runs.tags, runs.note, runs.starred, runs.archived,
      runs.cluster`

const NONE: Summary = { last: {}, best: {} }

function toRow(row: StoredRun, spec: RunSpec, summary: Summary | undefined): RunRow {
  return {
    id: row.id,
    identity: row.identity,
    group: row.group_hash,
    study: row.study,
    labels: row.labels === null ? {} : readStored<Record<string, string>>(row.labels, 'the labels of a run'),
    spec,
    status: row.status,
    backend: row.backend,
    backendUsed: row.backend_used,
    device: row.device,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    step: row.step,
    totalSteps: row.total_steps,
    stage: null,
    stageFraction: null,
    seconds: row.seconds,
    secondsLeft: null,
    error: row.error === null ? null : readStored<ErrorMessage>(row.error, 'the error of a run'),
    last: (summary ?? NONE).last,
    best: (summary ?? NONE).best,
    divergedAt: row.diverged_at,
    tags: readStored<string[]>(row.tags, 'the tags of a run'),
    note: row.note,
    starred: row.starred !== 0,
    archived: row.archived !== 0,
    ...(row.cluster === null ? {} : { cluster: placeOf(row.cluster, row) }),
    ...(row.broken === null ? {} : { brokenSeal: partsOf(row.broken) }),
  }
}

const placeOf = (name: string, row: StoredRun): ClusterPlace => ({
  name,
  job: row.cluster_job,
  state: row.cluster_state,
  reason: row.cluster_reason,
  node: row.cluster_node,
})

export interface RunFilter {
  readonly study?: string
  readonly ids?: readonly number[]
  /** Left out: only runs that are not archived; true: those too. */
  readonly archived?: boolean
  /** The metrics that rows tell, `phase.name`; left out: all. */
  readonly metrics?: readonly string[]
}

/**
 * Rows of runs with their summaries; by position in the study, else by id. A run in several studies shows its
 * first.
 */
export function listRuns(database: Connection, filter: RunFilter = {}): RunRow[] {
  const { study, ids, archived, metrics } = filter
  const link =
    study === undefined
      ? `LEFT JOIN study_runs link ON link.run = runs.id
        AND link.study = (SELECT MIN(study) FROM study_runs WHERE run = runs.id)`
      : 'JOIN study_runs link ON link.run = runs.id AND link.study = @study'
  const conditions = [
    ...(ids ? ['runs.id IN (SELECT value FROM json_each(@ids))'] : []),
    ...(archived || ids ? [] : ['runs.archived = 0']),
  ]
  const rows = database
    .prepare<[object], StoredRun>(
      `
    SELECT ${ROW_COLUMNS}, link.study AS study, link.labels AS labels, place.job AS cluster_job,
      place.state AS cluster_state, place.reason AS cluster_reason, place.node AS cluster_node,
      seals.broken AS broken
    FROM runs ${link} LEFT JOIN cluster_runs place ON place.run = runs.id AND runs.cluster IS NOT NULL
    LEFT JOIN seals ON seals.run = runs.id
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
    ORDER BY ${study === undefined ? 'runs.id' : 'link.position, runs.id'}
  `,
    )
    .all({ ...(study === undefined ? {} : { study }), ...(ids ? { ids: JSON.stringify(ids) } : {}) })
  const all = rows.map((row) => row.id)
  const found = summaries(database, study === undefined && !ids ? undefined : all, metrics)
  const specs = specsOf(database, all)
  return rows.map((row, index) => toRow(row, specs[index], found.get(row.id)))
}

/** One run’s row, or undefined. */
export function findRun(database: Connection, id: number): RunRow | undefined {
  return listRuns(database, { ids: [id] })[0]
}

/** Versions, device, data hash, command of a run. */
export function environmentOf(database: Connection, id: number): Record<string, string> {
  const text = database.prepare<[number], string>('SELECT environment FROM runs WHERE id = ?').pluck().get(id)
  return readStored<Record<string, string>>(text ?? '{}', 'the environment of a run')
}

const HASH = /^[0-9a-f]{64}$/

/** The hash of the data that a run recorded; null when it has none yet. */
export function recordedHash(database: Connection, id: number): string | null {
  const hash = environmentOf(database, id)['data hash'] ?? ''
  return HASH.test(hash) ? hash : null
}

export interface NewRun {
  readonly identity: string
  readonly group: string
  readonly spec: RunSpec
  readonly backend: string
  /** Whether identity and group are already those of what the run uses, as an expanded study's are. */
  readonly ofUsed?: boolean
}

/**
 * Queues a new run at the end; its id. Where runs of what it uses were stored under another group (by
 * specifications that also said what is not used), it joins theirs.
 */
export function addRun(database: Connection, run: NewRun, now: string): number {
  return Number(
    prepared(
      database,
      `
    INSERT INTO runs (identity, group_hash, seed, spec, backend, status, queue_order, created_at,
      used_identity, used_group, used_version)
    VALUES (@identity, COALESCE(
      (SELECT group_hash FROM runs INDEXED BY runs_by_used_group
        WHERE used_group = @usedGroup AND group_hash = @group LIMIT 1),
      (SELECT group_hash FROM runs INDEXED BY runs_by_used_group
        WHERE used_group = @usedGroup ORDER BY id LIMIT 1), @group),
      @seed, @spec, @backend, 'queued',
      (SELECT IFNULL(MAX(queue_order), 0) + 1 FROM runs), @now, @usedIdentity, @usedGroup, @usedVersion)
  `,
    ).run({
      identity: run.identity,
      group: run.group,
      seed: run.spec.seed,
      spec: JSON.stringify(run.spec),
      backend: run.backend,
      now,
      usedIdentity: run.ofUsed ? run.identity : runIdentity(run.spec),
      usedGroup: run.ofUsed ? run.group : runGroup(run.spec),
      usedVersion: USAGE_VERSION,
    }).lastInsertRowid,
  )
}

export interface Existing {
  readonly id: number
  readonly status: RunStatus
}

/**
 * A run of this identity (as it was stored, or of what it uses) that serves the backend asked for: the same,
 * or any that ended on it; `auto` takes any.
 */
export function findExisting(database: Connection, identity: string, backend: string): Existing | undefined {
  return findAllExisting(database, [identity], backend).get(identity)
}

/**
 * The same for many identities at once; those without a run are left out. The index is named, since what
 * SQLite has counted of a home may be of another time.
 */
export function findAllExisting(
  database: Connection,
  identities: readonly string[],
  backend: string,
): Map<string, Existing> {
  const serves = "(backend = @backend OR @backend = 'auto' OR backend_used = @backend)"
  const columns = 'value AS wanted, runs.id, status, backend'
  const rows = prepared(
    database,
    `
    SELECT wanted, id, status FROM (
      SELECT ${columns} FROM json_each(@wanted) CROSS JOIN runs WHERE identity = value AND ${serves}
      UNION ALL
      SELECT ${columns} FROM json_each(@wanted) CROSS JOIN runs INDEXED BY runs_by_used_identity
      WHERE used_identity = value AND ${serves}
    )
    ORDER BY status NOT IN ('finished', 'diverged'), status IN ('failed', 'cancelled'),
      backend <> @backend, id
  `,
  ).all({ wanted: JSON.stringify(identities), backend }) as (Existing & { readonly wanted: string })[]
  const found = new Map<string, Existing>()
  for (const { wanted, id, status } of rows) if (!found.has(wanted)) found.set(wanted, { id, status })
  return found
}

/** Why a run failed; null where it did not, or nothing is known. */
export function errorOf(database: Connection, id: number): ErrorMessage | null {
  const row = prepared(database, 'SELECT error FROM runs WHERE id = ?').get(id) as
    { readonly error: string | null } | undefined
  return row?.error ? readStored<ErrorMessage>(row.error, 'the error of a run') : null
}

export interface ClaimedRun {
  readonly id: number
  readonly spec: RunSpec
  readonly backend: string
  /** The backend that trained it before; null when it never began. */
  readonly recorded: string | null
}

/**
 * Takes the next queued run for a lab, in one statement, so that no two take the same.
 * @param only take none but these; null takes any
 */
export function claimRun(
  database: Connection,
  owner: { readonly lab: string; readonly pid: number },
  now: string,
  only: readonly number[] | null = null,
): ClaimedRun | undefined {
  const row = database
    .prepare<[object], { id: number; spec: string; backend: string; recorded: string | null }>(
      `
    UPDATE runs SET status = 'running', lab = @lab, pid = @pid, heartbeat = @now, error = NULL,
      finished_at = NULL,
      started_at = IFNULL(started_at, @now)
    WHERE id = (
      SELECT id FROM runs WHERE status = 'queued' AND cluster IS NULL
        AND (@only IS NULL OR id IN (SELECT value FROM json_each(@only)))
      ORDER BY priority DESC, queue_order, id LIMIT 1
    ) AND status = 'queued'
    RETURNING id, spec, backend, backend_used AS recorded
  `,
    )
    .get({ ...owner, now, only: only && JSON.stringify(only) })
  return row && { ...row, spec: readSpec(row.spec) }
}

const COLUMNS = {
  status: 'status',
  step: 'step',
  totalSteps: 'total_steps',
  seconds: 'seconds',
  error: 'error',
  finishedAt: 'finished_at',
  divergedAt: 'diverged_at',
  backendUsed: 'backend_used',
  device: 'device',
  environment: 'environment',
  stalls: 'stalls',
  tags: 'tags',
  note: 'note',
  starred: 'starred',
  archived: 'archived',
  heartbeat: 'heartbeat',
  startedAt: 'started_at',
  cluster: 'cluster',
} as const

export type RunChange = Partial<Record<keyof typeof COLUMNS, string | number | null>>

/** Changes columns of a run. */
export function changeRun(database: Connection, id: number, change: RunChange): void {
  const names = Object.keys(change) as (keyof typeof COLUMNS)[]
  if (names.length === 0) return
  const sets = names.map((name) => `${COLUMNS[name]} = @${name}`).join(', ')
  prepared(database, `UPDATE runs SET ${sets} WHERE id = @id`).run({ ...change, id })
}

/** Moves a run from one of some statuses to another; false when it is in none of them (any more). */
export function moveRun(
  database: Connection,
  id: number,
  from: readonly RunStatus[],
  to: RunStatus,
): boolean {
  return (
    prepared(
      database,
      `
    UPDATE runs SET status = @to WHERE id = @id AND status IN (SELECT value FROM json_each(@from))
  `,
    ).run({ id, to, from: JSON.stringify(from) }).changes > 0
  )
}

/** On a cluster a run waits or computes for others than this computer's queue. */
export const HERE = "(cluster IS NULL OR status NOT IN ('queued', 'running'))"

/** Ids and stalls of the runs that are in a status, those out on a cluster left out. */
export function runsIn(database: Connection, status: RunStatus): { id: number; stalls: number }[] {
  return database
    .prepare<[string], { id: number; stalls: number }>(
      `SELECT id, stalls FROM runs WHERE status = ? AND ${HERE} ORDER BY priority DESC, queue_order, id`,
    )
    .all(status)
}

/** Number of runs by status, those out on a cluster left out. */
export function countByStatus(database: Connection): Map<RunStatus, number> {
  return new Map(
    database
      .prepare<[], [RunStatus, number]>(`SELECT status, COUNT(*) FROM runs WHERE ${HERE} GROUP BY status`)
      .raw()
      .all(),
  )
}
