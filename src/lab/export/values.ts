/** The value of a metric for each run, as a comparison takes it. */
import type { DivergedEnd, RunRow, ValueAt } from '../../shared/contract/lab.ts'
import { knownClasses } from '../../shared/spec/data-shapes.ts'
import { betterDirection } from '../../shared/stats/compare.ts'
import { divergedEnd, divergedValue } from '../../shared/stats/diverged.ts'
import type { LabContext } from '../context.ts'
import { listLayers } from '../store/layers.ts'
import { extremes } from '../store/summaries.ts'
import { environmentOf } from '../store/runs.ts'

/** The classes of a run's data, as they were recorded when it began; null where they were not. */
function recordedClasses(database: LabContext['database'], run: number): number | null {
  const classes = environmentOf(database, run)['data classes']
  return classes ? Number(classes) : null
}

/**
 * How a run ended that diverged; undefined for all others. Its classes are those of its data, or as many
 * as its last layer has outputs.
 */
export function endOf({ database }: LabContext, row: RunRow): DivergedEnd | undefined {
  if (row.status !== 'diverged') return undefined
  const classes =
    knownClasses(row.spec.data.name) ??
    recordedClasses(database, row.id) ??
    listLayers(database, row.id).at(-1)?.shape.at(-1) ??
    null
  return divergedEnd(row.id, row.divergedAt ?? row.step, classes, row.last['train.loss'])
}

/** The value of a metric for each run; null where there is none; of diverged runs what they count with. */
export function valuesAt(
  context: LabContext,
  rows: readonly RunRow[],
  metric: string,
  at: ValueAt,
): Map<number, number | null> {
  const measured = measuredAt(context, rows, metric, at)
  return new Map(
    rows.map((row) => {
      const end = endOf(context, row)
      const value = measured.get(row.id) ?? null
      return [row.id, end ? divergedValue(metric, value ?? row.last[metric] ?? null, end) : value]
    }),
  )
}

function measuredAt(
  context: LabContext,
  rows: readonly RunRow[],
  metric: string,
  at: ValueAt,
): Map<number, number | null> {
  if (at !== 'best') {
    return new Map(rows.map((row) => [row.id, (at === 'last' ? row.last : row.best)[metric] ?? null]))
  }
  const found = extremes(
    context.database,
    rows.map(({ id }) => id),
    metric,
  )
  const lower = betterDirection(metric) === 'lower'
  return new Map(
    rows.map((row) => {
      const extreme = found.get(row.id)
      const best = lower ? extreme?.low : extreme?.high
      // A series without any finite value has its last, NaN or infinite, as its best.
      return [row.id, best ?? row.last[metric] ?? null]
    }),
  )
}
