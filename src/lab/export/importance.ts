/** Importance of fields from the store: how much of a metric's variance each explains. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest, ImportanceTable } from '../../shared/contract/lab.ts'
import { csvLine } from '../../shared/format/csv.ts'
import { htmlPage, htmlShownTable } from '../../shared/format/html.ts'
import { importanceCaption, importanceShown } from '../../shared/format/importance.ts'
import { latexShownTable } from '../../shared/format/latex.ts'
import { markdownShownTable } from '../../shared/format/markdown.ts'
import type { BarPlot } from '../../shared/figure/plot.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import { importanceOf } from '../../shared/stats/importance.ts'
import type { LabContext } from '../context.ts'
import { combinationsOf } from './combinations.ts'
import type { FieldsRequest } from './combinations.ts'
import type { Export } from './types.ts'

/** @throws BenchError as `combinationsOf`, and `not-found` where all values are equal. */
export function importance(context: LabContext, request: FieldsRequest): ImportanceTable {
  const { metric, at, fields, others, rows } = combinationsOf(context, request)
  const finite = rows.map((row) => ({
    levels: fields.map((key) => row.labels[key]),
    values: row.values.filter(Number.isFinite),
  }))
  const found = importanceOf(fields, finite)
  if (!(found.total > 0)) {
    throw new BenchError(
      'not-found',
      `All runs have the same ${metric}: there is nothing to explain.`,
      'metric',
    )
  }
  const all = rows.reduce((count, { n }) => count + n, 0)
  const missing = rows.reduce((count, { n, expected }) => count + expected - n, 0)
  const { total: _total, ...told } = found
  const table = { metric, at, fields, others, ...told, left: all - found.values, missing }
  return { ...table, caption: importanceCaption(table) }
}

/** Writes the table as `text` makes it. */
const written =
  (text: (table: ImportanceTable, name: string) => string) =>
  (context: LabContext, request: ExportRequest): Export => {
    const table = importance(context, request)
    return { pieces: [text(table, request.study ?? 'runs')], rows: () => table.terms.length }
  }

export const IMPORTANCE_FORMS = {
  csv: written((table) =>
    [
      csvLine(['metric', 'at', 'term', 'share', 'degrees', 'f', 'p']),
      ...[...table.terms, ...rests(table)].map(({ fields, share, degrees, f, p }) =>
        csvLine([table.metric, table.at, fields.join(' × '), share, degrees, f, p]),
      ),
    ].join(''),
  ),
  latex: written((table, name) => latexShownTable(importanceShown(table), `tab:${name}-importance`)),
  markdown: written((table) => markdownShownTable(importanceShown(table))),
  html: written((table, name) => htmlPage(`Importance: ${name}`, htmlShownTable(importanceShown(table)))),
} as const

const rests = ({ rest, seeds }: ImportanceTable) => [
  { fields: ['higher interactions'], ...rest, f: null, p: null },
  { fields: ['seeds'], ...seeds, f: null, p: null },
]

/** The table as bars. */
export function importanceFigure(context: LabContext, request: FieldsRequest): FigureSheet {
  const table = importance(context, request)
  const { rows, caption } = importanceShown(table)
  const shares = [...table.terms, table.rest, table.seeds]
  const plot: BarPlot = {
    kind: 'bars',
    xLabel: 'Share of the variance',
    bars: rows.map(([first], index) => ({ label: first.text, share: shares[index].share, note: '' })),
  }
  return { title: 'Importance of fields', panels: [], plot, caption }
}
