/** Parallel coordinates from the store: a line for every combination of the fields. */
import { metricName } from '../../shared/format/metric.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import { valueWords } from '../../shared/stats/compare-text.ts'
import { ANY } from '../../shared/studies/grid.ts'
import type { LabContext } from '../context.ts'
import { combinationsOf } from './combinations.ts'
import type { FieldsRequest } from './combinations.ts'

/** Levels as they stand on an axis: numbers by size, others as they appear; `any` first. */
function inOrder(levels: readonly string[]): string[] {
  const known = levels.filter((level) => level !== ANY)
  const numbers = known.every((level) => level.trim() !== '' && !Number.isNaN(Number(level)))
  const sorted = numbers ? [...known].sort((a, b) => Number(a) - Number(b)) : known
  return known.length < levels.length ? [ANY, ...sorted] : sorted
}

/** @throws BenchError as `combinationsOf`. */
export function parallelSheet(context: LabContext, request: FieldsRequest): FigureSheet {
  const { metric, at, fields, others, rows } = combinationsOf(context, request)
  const axes = fields.map((key) => ({
    key,
    levels: inOrder([...new Set(rows.map(({ labels }) => labels[key]))]),
  }))
  const lines = rows.map(({ labels, mean, std, n, runs }) => ({
    label: fields.map((key) => labels[key]).join(' · '),
    places: axes.map(({ key, levels }) => levels.indexOf(labels[key])),
    value: mean,
    std,
    n,
    runs,
  }))
  const caption = [
    `${valueWords(metric, at)}, the mean over the seeds of each combination, by height on the last axis ` +
      'and by colour.',
    ...(others.length > 0 ? [`Not drawn, of the fields that differ: ${others.join(', ')}.`] : []),
  ].join(' ')
  const plot = { kind: 'parallel', axes, metric, valueLabel: metricName(metric), lines } as const
  return { title: 'Parallel coordinates', panels: [], plot, caption }
}
