/** Runs by the combinations of some fields: what importance and parallel coordinates are of. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { CompareRow, ExportRequest, RunRow } from '../../shared/contract/lab.ts'
import { compareTable } from '../../shared/stats/compare.ts'
import { isSchemeField } from '../../shared/stats/scheme-fields.ts'
import type { LabContext } from '../context.ts'
import { comparedStudy, entriesOf } from './compare.ts'
import { choicesOf, isKey, keysOf, keyValue, SCHEME_KEY } from './keys.ts'
import { comparedMetrics, reportedRuns } from './selection.ts'

export type FieldsRequest = Pick<ExportRequest, 'study' | 'runs' | 'only' | 'metric' | 'at' | 'fields'>

/** More fields than this nobody can read. */
const MOST_FIELDS = 8

export interface Combinations {
  readonly metric: string
  readonly at: 'last' | 'best' | 'best-validation'
  readonly fields: readonly string[]
  /** Fields that differ too and were not taken, since there are too many. */
  readonly others: readonly string[]
  /** One a combination, with a value each seed of a run that ended. */
  readonly rows: readonly CompareRow[]
}

/**
 * The runs put together by the fields that are asked for, else by the axes of their study, else by whatever
 * differs. @throws BenchError `bad-input` for fields that the runs do not have, `not-found` where none
 * differs or no run has the metric.
 */
export function combinationsOf(context: LabContext, request: FieldsRequest): Combinations {
  const { metric = 'test.accuracy', at = 'last' } = request
  const runs = reportedRuns(context, request, comparedMetrics(metric))
  const varied = request.fields ? checked(runs, request.fields) : variedOf(runs)
  const fields = request.fields ? varied : varied.slice(0, MOST_FIELDS)
  if (fields.length === 0) {
    throw new BenchError('not-found', 'These runs differ in no field but the seed.', 'fields')
  }
  const labelsOf = new Map(
    runs.map((row) => [row.id, Object.fromEntries(fields.map((key) => [key, keyValue(row, key)]))]),
  )
  const search = comparedStudy(context, request)?.search
  const entries = entriesOf(context, runs, { ...request, metric, at }, search).map((entry) => {
    const labels = labelsOf.get(entry.id) ?? {}
    return { ...entry, labels, group: JSON.stringify(labels) }
  })
  const rows = compareTable({ metric, at, axes: fields, entries }).rows.filter(({ n }) => n > 0)
  if (rows.length === 0)
    throw new BenchError('not-found', `None of the runs has ${metric}, which this is made of.`, 'metric')
  return { metric, at, fields, others: varied.slice(fields.length), rows }
}

function checked(runs: readonly RunRow[], fields: readonly string[]): readonly string[] {
  const wrong = fields.find((key, index) => !isKey(runs, key) || fields.indexOf(key) !== index)
  if (runs.length === 0 || wrong === undefined) return fields
  throw new BenchError(
    'bad-input',
    isKey(runs, wrong)
      ? `“${wrong}” cannot be used twice.`
      : `There is no “${wrong}” in these runs. Known: ${keysOf(runs).join(', ')}.`,
    'fields',
  )
}

/** The axes that have several values; without axes the scheme, and the fields that do not make it. */
function variedOf(runs: readonly RunRow[]): string[] {
  const choices = choicesOf(runs).filter(
    ({ key, values }) => new Set(values).size > 1 || runs.some((row) => keyValue(row, key) !== values[0]),
  )
  const axes = choices.filter(({ axis }) => axis)
  const some = axes.length > 0 ? axes : choices.filter(({ key }) => key === SCHEME_KEY || !isSchemeField(key))
  return some.map(({ key }) => key)
}
