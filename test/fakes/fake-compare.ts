/** The comparison of made-up runs; only what the pages need. */
import { BenchError } from '../../src/shared/contract/errors.ts'
import type {
  CompareRequest,
  CompareRow,
  CompareTable,
  FigureRequest,
  ImportanceTable,
  RunRow,
} from '../../src/shared/contract/lab.ts'
import { priceOfSparsity } from '../../src/shared/figure/figures.ts'
import { pareto } from '../../src/shared/figure/pareto.ts'
import { sheetOf } from '../../src/shared/figure/sheet.ts'
import type { FigureSheet } from '../../src/shared/figure/sheet.ts'
import { importanceCaption } from '../../src/shared/format/importance.ts'
import { metricName } from '../../src/shared/format/metric.ts'
import { importanceOf } from '../../src/shared/stats/importance.ts'
import { fields } from '../../src/shared/spec/fields.ts'
import { rawField } from '../../src/shared/spec/paths.ts'

export function compareFake({ metric, at }: CompareRequest, rows: readonly RunRow[]): CompareTable {
  const groups = new Map<string, RunRow[]>()
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
  const compared = [...groups].map(([group, runs]): CompareRow => {
    const values = runs.flatMap((row) =>
      row.last[metric] === undefined || row.status !== 'finished' ? [] : [row.last[metric]],
    )
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return {
      group,
      labels: runs[0].labels,
      label: Object.values(runs[0].labels).join(' · '),
      line: runs[0].labels.Scheme,
      n: values.length,
      expected: runs.length,
      mean,
      std: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
      min: Math.min(...values),
      max: Math.max(...values),
      diverged: 0,
      runs: runs.map((row) => row.id),
      seeds: runs.map((row) => row.spec.seed),
      values,
      parameters: Math.round(1_742_000 * runs[0].spec.sparsity.density),
      density: runs[0].spec.sparsity.density,
      bestOfFamily: false,
      bestOverall: false,
    }
  })
  const best = Math.max(...compared.filter((row) => row.n > 0).map((row) => row.mean))
  const family = (row: CompareRow) =>
    Object.entries(row.labels)
      .filter(([axis]) => axis !== 'Scheme')
      .map(([, label]) => label)
      .join()
  const marked = compared.map((row) => ({
    ...row,
    bestOverall: row.mean === best,
    bestOfFamily:
      row.n > 0 && compared.every((other) => family(other) !== family(row) || !(other.mean > row.mean)),
  }))
  const specs = compared.map((row) => rows.find((each) => each.group === row.group)?.spec)
  const texts = fields()
    .filter((field) => field.path !== 'seed')
    .map((field) => ({ path: field.path, values: specs.map((spec) => String(rawField(spec, field.path))) }))
  return {
    metric,
    at,
    higherIsBetter: metric.endsWith('accuracy'),
    axes: [...new Set(rows.flatMap((row) => Object.keys(row.labels)))],
    rows: marked,
    caption:
      `Test accuracy on MNIST at the ${at} step: mean ± sample standard deviation over n seeds. ` +
      'Bold: best among the schemes of the same density. Underlined: best of all.',
    differences: texts.filter(({ values }) => new Set(values).size > 1),
    equal: texts
      .filter(({ values }) => new Set(values).size <= 1)
      .map(({ path, values }) => ({ path, value: values[0] ?? '' })),
  }
}

/** Importance of the axes of the made-up runs. */
export function fakeImportance(
  { metric, at }: Pick<CompareRequest, 'metric' | 'at'>,
  rows: readonly RunRow[],
): ImportanceTable {
  const { axes, rows: groups } = compareFake({ metric, at }, rows)
  const filled = groups.filter(({ n }) => n > 0)
  const cells = filled.map(({ labels, values }) => ({ levels: axes.map((axis) => labels[axis]), values }))
  const { total: _total, ...found } = importanceOf(axes, cells)
  const table = { metric, at, fields: axes, others: [], ...found, left: 0, missing: 0 }
  return { ...table, caption: importanceCaption(table) }
}

/** Parallel coordinates of the axes of the made-up runs. */
function fakeParallel({ metric, axes, rows }: CompareTable): FigureSheet {
  const drawn = axes.map((key) => ({ key, levels: [...new Set(rows.map(({ labels }) => labels[key]))] }))
  const lines = rows.map(({ label, labels, mean, std, n, runs }) => ({
    label,
    places: drawn.map(({ key, levels }) => levels.indexOf(labels[key])),
    value: mean,
    std,
    n,
    runs,
  }))
  const plot = { kind: 'parallel', axes: drawn, metric, valueLabel: metricName(metric), lines } as const
  return { title: 'Parallel coordinates', panels: [], plot, caption: 'A curve a combination.' }
}

/** Some figures of the made-up runs; the others are refused as for runs that lack what they need. */
export function fakeFigure(
  { figure, metric = 'test.accuracy', at = 'last', band }: FigureRequest,
  rows: readonly RunRow[],
): FigureSheet {
  const table = compareFake({ metric, at }, rows)
  if (figure === 'price-of-sparsity') return sheetOf(priceOfSparsity(table, band))
  if (figure === 'pareto') return sheetOf(pareto(table, undefined, band))
  if (figure === 'parallel-coordinates') return fakeParallel(table)
  throw new BenchError('not-found', 'None of the runs has what the figure is drawn from.', 'figure')
}
