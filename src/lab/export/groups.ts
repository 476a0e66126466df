/** One row per group, as the comparison shows it. */
import type { CompareTable, ExportRequest } from '../../shared/contract/lab.ts'
import { csvLine } from '../../shared/format/csv.ts'
import { latexSignificance, latexTable } from '../../shared/format/latex.ts'
import { htmlTable } from '../../shared/format/html.ts'
import { markdownSignificance, markdownTable } from '../../shared/format/markdown.ts'
import { apartText } from '../../shared/stats/compare-text.ts'
import { meanInterval } from '../../shared/stats/tests.ts'
import { compare } from './compare.ts'
import type { LabContext } from '../context.ts'
import type { Export } from './types.ts'
import { ownValue } from '../../shared/stats/own-value.ts'

function tableOf(context: LabContext, request: ExportRequest): CompareTable {
  const { study, runs, metric = 'test.accuracy', at = 'last', significance } = request
  const { groupBy, byBackend, only, family, baseline, pooled, reference } = request
  const grouping = { groupBy, byBackend, only, reference }
  return compare(context, { study, runs, metric, at, ...grouping, significance, family, baseline, pooled })
}

/** The comparison as CSV: labels, then n, mean, sample std, sem, 95 % interval, min, max; exact digits. */
export function groupsCsv(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, request)
  const header = [
    'group',
    'label',
    ...table.axes.map((axis) => `label.${axis}`),
    'metric',
    'at',
    'n',
    'expected',
    'not_counted',
    'repeats',
    'mean',
    'std',
    'sem',
    'ci95_lo',
    'ci95_hi',
    'min',
    'max',
    'diverged',
    ...(table.reference === undefined ? [] : ['reference', 'difference']),
    'density',
    'parameters',
    'training_operations',
    'best_of_family',
    'best_overall',
    'seeds',
    'runs',
  ]
  const lines = table.rows.map((row) => {
    const interval = meanInterval(row.values)
    const filled = (value: number): number | null => (row.n === 0 ? null : value)
    return csvLine([
      row.group,
      row.label,
      ...table.axes.map((axis) => ownValue(row.labels, axis)),
      table.metric,
      table.at,
      row.n,
      row.expected,
      apartText([row]),
      row.repeats ?? 0,
      filled(row.mean),
      row.std,
      row.std === null ? null : row.std / Math.sqrt(row.n),
      interval?.[0],
      interval?.[1],
      filled(row.min),
      filled(row.max),
      row.diverged,
      ...(table.reference === undefined
        ? []
        : [row.against?.label, row.n === 0 ? null : row.against?.difference]),
      row.density,
      row.parameters,
      row.operations,
      row.bestOfFamily,
      row.bestOverall,
      row.seeds.join(' '),
      row.runs.join(' '),
    ])
  })
  return { pieces: [csvLine(header), ...lines], rows: () => lines.length }
}

/** The comparison as a booktabs table. */
export function groupsLatex(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, request)
  const label = request.study ?? 'comparison'
  const pieces = [
    latexTable(table, `tab:${label}`),
    ...(table.significance ? ['\n', latexSignificance(table, label)] : []),
  ]
  return { pieces, rows: () => table.rows.length }
}

/** The comparison as Markdown, for notes and read-mes. */
export function groupsMarkdown(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, request)
  const pieces = [markdownTable(table), ...(table.significance ? ['\n', markdownSignificance(table)] : [])]
  return { pieces, rows: () => table.rows.length }
}

/** The comparison as a page. */
export function groupsHtml(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, request)
  return { pieces: [htmlTable(table, request.study ?? 'comparison')], rows: () => table.rows.length }
}

/** The tests between schemes as CSV: one row per pair, exact digits. */
export function significanceCsv(context: LabContext, request: ExportRequest): Export {
  const table = tableOf(context, { ...request, significance: true })
  const header = [
    'metric',
    'at',
    'a',
    'b',
    'test',
    'n_a',
    'n_b',
    'difference',
    't',
    'p',
    'p_holm',
    'degrees',
    't95_lo',
    't95_hi',
    'bootstrap95_lo',
    'bootstrap95_hi',
    'incomplete',
  ]
  const lines = (table.significance ?? []).map((pair) =>
    csvLine([
      table.metric,
      table.at,
      pair.first,
      pair.second,
      pair.test,
      ...pair.n,
      pair.difference,
      pair.t,
      pair.p,
      pair.adjusted,
      pair.degrees,
      pair.low,
      pair.high,
      pair.bootstrap?.[0],
      pair.bootstrap?.[1],
      pair.incomplete,
    ]),
  )
  return { pieces: [csvLine(header), ...lines], rows: () => lines.length }
}
