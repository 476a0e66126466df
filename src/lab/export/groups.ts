/** One row per group, as the comparison shows it. */
import type { CompareTable, ExportRequest } from '../../shared/contract/lab.ts'
import { csvLine } from '../../shared/format/csv.ts'
import { latexTable } from '../../shared/format/latex.ts'
import { meanInterval } from '../../shared/stats/tests.ts'
import { compare } from '../compare.ts'
import type { LabContext } from '../context.ts'
import type { Export } from './index.ts'

function tableOf(context: LabContext, request: ExportRequest): CompareTable {
  const { study, runs, metric, at } = request
  return compare(context, { study, runs, metric: metric ?? 'test.accuracy', at: at ?? 'last' })
}

/** The comparison as CSV: labels, then n, mean, sample std, sem, 95 % interval, min, max; exact digits. */
export function groupsCsv(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, request)
  const header = [
    'group', 'label', ...table.axes.map((axis) => `label.${axis}`), 'metric', 'at', 'n',
    'expected', 'mean', 'std', 'sem',
    'ci95_lo', 'ci95_hi', 'min', 'max', 'diverged', 'density', 'parameters', 'best_of_family',
    'best_overall', 'seeds', 'runs',
  ]
  const lines = table.rows.map((row) => {
    const interval = meanInterval(row.values)
    const filled = (value: number): number | null => (row.n === 0 ? null : value)
    return csvLine([
      row.group, row.label, ...table.axes.map((axis) => row.labels[axis]), table.metric,
      table.at, row.n, row.expected,
      filled(row.mean), row.std, row.std === null ? null : row.std / Math.sqrt(row.n),
      interval?.[0], interval?.[1],
      filled(row.min), filled(row.max), row.diverged, row.density, row.parameters,
      row.bestOfFamily, row.bestOverall,
      row.seeds.join(' '), row.runs.join(' '),
    ])
  })
  return { pieces: [csvLine(header), ...lines], rows: () => lines.length }
}

/** The comparison as a booktabs table. */
export function groupsLatex(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, request)
  return {
    pieces: [latexTable(table, `tab:${request.study ?? 'comparison'}`)], rows: () => table.rows.length,
  }
}
