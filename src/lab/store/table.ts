/**
 * The table of runs by column: cells of one column over all runs, filtered and sorted without reading the
 * rest.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunsColumns, RunsQuery } from '../../shared/contract/table.ts'
import type { ViewFilter, ViewSort } from '../../shared/contract/views.ts'
import { allFields } from '../../shared/spec/fields.ts'
import { fromStored } from './number.ts'
import type { Connection } from './open.ts'
import { allMetrics, metricNames } from './summaries.ts'
import { readStored } from './stored-text.ts'

export type Cell = number | string | null
type Cells = ReadonlyMap<number, Cell>
type Scope = Pick<RunsQuery, 'study' | 'archived'>

/** Columns of facts, as SQL over `runs` and `link` (the run's place in a study). */
const FACTS: Readonly<Record<string, string>> = {
  id: 'runs.id',
  status: 'runs.status',
  study: 'link.study',
  labels: "(SELECT group_concat(value, ' · ') FROM json_each(link.labels))",
  progress: 'CAST(runs.step AS REAL) / NULLIF(runs.total_steps, 0)',
  left: 'NULL',
  seconds: 'runs.seconds',
  step: 'runs.step',
  backend: 'IFNULL(runs.backend_used, runs.backend)',
  device: 'runs.device',
  created: 'runs.created_at',
  finished: 'runs.finished_at',
  error: "runs.error ->> 'message'",
  starred: "CASE WHEN runs.starred THEN '★' END",
  tags: "(SELECT group_concat(value, ', ') FROM json_each(runs.tags))",
  note: "NULLIF(runs.note, '')",
  seed: 'runs.seed',
}

/** Runs of a scope; `link` is joined only where a study is meant or a column looks at it: it takes long. */
function from({ study, archived }: Scope, linked = true): string {
  const link =
    study !== undefined
      ? 'JOIN study_runs link ON link.run = runs.id AND link.study = @study'
      : linked
        ? `LEFT JOIN study_runs link ON link.run = runs.id
          AND link.study = (SELECT MIN(study) FROM study_runs WHERE run = runs.id)`
        : ''
  return `FROM runs ${link} ${archived ? '' : 'WHERE runs.archived = 0'}`
}

const bound = ({ study }: Scope) => (study === undefined ? {} : { study })

/** Runs of the scope: by place in the study, else by number. */
export function runIds(database: Connection, scope: Scope): number[] {
  const order = scope.study === undefined ? 'runs.id' : 'link.position, runs.id'
  return database
    .prepare<[object], number>(`SELECT runs.id ${from(scope, false)} ORDER BY ${order}`)
    .pluck()
    .all(bound(scope))
}

/**
 * The cells of a column by run; a run without one is left out or null. @throws BenchError `bad-input` for an
 * unknown column.
 */
export function cellsOf(database: Connection, column: string, scope: Scope): Cells {
  const metric = /^(last|best):([a-z]+)\.([a-z0-9-]+)$/.exec(column)
  if (metric) return metricCells(database, metric[1] as 'last' | 'best', metric[2], metric[3])
  const label = /^label:(.+)$/.exec(column)
  const known = Object.hasOwn(FACTS, column) || allFields().some(({ path }) => path === column)
  if (!known && !label) {
    throw new BenchError(
      'bad-input',
      `There is no column “${column}”. Known: ${Object.keys(FACTS).join(', ')}, label:AXIS, ` +
        'last:METRIC, best:METRIC, and the fields of a specification.',
      'column',
    )
  }
  const text = FACTS[column] ?? (label ? 'link.labels -> @path' : 'runs.spec -> @path')
  const json = !Object.hasOwn(FACTS, column)
  const path = label ? `$."${label[1].replaceAll('"', '')}"` : `$.${column}`
  const rows = database
    .prepare<[object], [number, Cell]>(`SELECT runs.id, ${text} ${from(scope, text.includes('link.'))}`)
    .raw()
    .all({ ...bound(scope), ...(json ? { path } : {}) })
  return new Map(json ? rows.map(([id, cell]) => [id, fromJson(cell)]) : rows)
}

/** A field as the table shows it: numbers and texts as they are, true, false and lists in words. */
function fromJson(cell: Cell): Cell {
  if (cell === null) return null
  const value = readStored<unknown>(String(cell), 'a field of a specification')
  return typeof value === 'number' || typeof value === 'string'
    ? value
    : value === null
      ? null
      : String(value)
}

function metricCells(database: Connection, at: 'last' | 'best', phase: string, name: string): Cells {
  const rows = database
    .prepare<[string, string], [number, number | null, number | null]>(
      `SELECT run, ${at}_value, ${at}_kind FROM series WHERE phase = ? AND name = ?`,
    )
    .raw()
    .all(phase, name)
  return new Map(rows.map(([run, value, kind]) => [run, kind === null ? null : fromStored(value, kind)]))
}

function holds(cell: Cell, { relation, value }: ViewFilter): boolean {
  if (relation === ':') {
    return typeof cell === 'number'
      ? cell === Number(value) || (Number.isNaN(cell) && value.toLowerCase() === 'nan')
      : (cell ?? '').toLowerCase().includes(value.toLowerCase())
  }
  if (typeof cell !== 'number') return false
  const limit = Number(value)
  if (relation === '<') return cell < limit
  if (relation === '>') return cell > limit
  return relation === '≤' ? cell <= limit : cell >= limit
}

/** What `words` looks through. */
const SEARCHED = ['id', 'study', 'status', 'labels', 'tags', 'note']

/** All runs that match, in the order asked for. */
export function matchingRuns(database: Connection, query: RunsQuery): number[] {
  const { filters = [], sort = [] } = query
  let ids = runIds(database, query)
  for (const filter of filters) {
    const cells = cellsOf(database, filter.column, query)
    ids = ids.filter((id) => holds(cells.get(id) ?? null, filter))
  }
  const words = (query.words ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length > 0) {
    const columns = SEARCHED.map((column) => cellsOf(database, column, query))
    ids = ids.filter((id) => {
      const text = columns
        .map((cells) => cells.get(id) ?? '')
        .join(' ')
        .toLowerCase()
      return words.every((word) => text.includes(word))
    })
  }
  return sort.length === 0 ? ids : sorted(database, ids, sort, query)
}

function sorted(
  database: Connection,
  ids: readonly number[],
  sort: readonly ViewSort[],
  scope: Scope,
): number[] {
  const orders = sort.map(({ column, descending }) => {
    const cells = cellsOf(database, column, scope)
    return { cells: ids.map((id) => cells.get(id) ?? null), sign: descending ? -1 : 1 }
  })
  const places = ids.map((_, place) => place)
  places.sort((a, b) => {
    for (const { cells, sign } of orders) {
      const order = compareCells(cells[a], cells[b], sign)
      if (order !== 0) return order
    }
    return ids[a] - ids[b]
  })
  return places.map((place) => ids[place])
}

/** Values, then NaN, then what is missing, in either direction. */
const rank = (cell: Cell) => (cell === null ? 2 : Number.isNaN(cell) ? 1 : 0)

function compareCells(a: Cell, b: Cell, sign: number): number {
  const ranks = rank(a) - rank(b)
  if (ranks !== 0 || rank(a) > 0) return ranks
  if (a === b) return 0
  const less = typeof a === 'number' && typeof b === 'number' ? a < b : String(a) < String(b)
  return less ? -sign : sign
}

/** What the runs of a scope can show. */
export function columnsOf(database: Connection, scope: Scope): RunsColumns {
  const values = (sql: string): string[] => database.prepare<[object], string>(sql).pluck().all(bound(scope))
  const inScope = `SELECT runs.id ${from(scope, false)}`
  const tags = database
    .prepare<[object], { tag: string; runs: number }>(
      `SELECT value AS tag, COUNT(*) AS runs FROM runs, json_each(runs.tags)
      WHERE runs.tags <> '[]' AND runs.id IN (${inScope}) GROUP BY value ORDER BY 2 DESC, 1`,
    )
    .all(bound(scope))
  const seeds = values(`SELECT DISTINCT runs.seed ${from(scope, false)} LIMIT 2`)
  return {
    labels: values(
      `SELECT key FROM (SELECT DISTINCT link.labels AS labels ${from(scope)}), json_each(labels)
      GROUP BY key ORDER BY MIN(json_each.id), key`,
    ),
    metrics:
      scope.study === undefined ? allMetrics(database) : metricNames(database, runIds(database, scope)),
    varied: variedFields(
      values(`SELECT runs.spec ${from(scope, false)} GROUP BY runs.group_hash`),
      seeds.length > 1,
    ),
    tags,
  }
}

/** Fields that do not have one value in all specifications, of which there is one per group. */
function variedFields(specs: readonly string[], seeds: boolean): string[] {
  const first = new Map<string, string>()
  const varied = new Set<string>(seeds ? ['seed'] : [])
  for (const text of specs) {
    const spec = readStored<Record<string, unknown>>(text, 'the specification of a run')
    for (const { path } of allFields()) {
      if (varied.has(path)) continue
      const value = JSON.stringify(path.split('.').reduce<unknown>(at, spec)) ?? ''
      const known = first.get(path)
      if (known === undefined) first.set(path, value)
      else if (known !== value) varied.add(path)
    }
  }
  return allFields().flatMap(({ path }) => (varied.has(path) ? [path] : []))
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
}
