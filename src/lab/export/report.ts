/** A study as one document: what was asked, tables, tests, figures, and all that is needed to repeat it. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest, FigureName, RunRow } from '../../shared/contract/lab.ts'
import { drawSheet } from '../../shared/figure/sheet.ts'
import { htmlPage, htmlShownTable, htmlText } from '../../shared/format/html.ts'
import {
  SIGNIFICANCE_HEADER,
  significanceCaption,
  significanceRows,
} from '../../shared/format/significance.ts'
import { shownTable } from '../../shared/format/shown-table.ts'
import { twoWayGrid } from '../../shared/format/two-way.ts'
import { twoWayFigure } from '../../shared/format/two-way-html.ts'
import { layoutBeside } from '../../shared/stats/two-way-layout.ts'
import type { LabContext } from '../context.ts'
import { commandLineName } from '../process/installed.ts'
import { knownStudy } from '../store/known-studies.ts'
import { environmentOf } from '../store/runs.ts'
import { compare, reportedRuns } from './compare.ts'
import { figureOf } from './figures.ts'
import { choicesOf } from './keys.ts'
import { specificationPart, studyPart } from './report-study.ts'
import { twoWay } from './two-way.ts'
import type { Export } from './types.ts'

const REPORTED: readonly FigureName[] = [
  'price-of-sparsity',
  'learning-curves',
  'pareto',
  'singular-values',
  'layer-densities',
]
/** Rows of the table of tests; the smallest p first. */
const MOST_TESTS = 100

/**
 * The report as a page that needs nothing else: the study, its two-way table, the comparison, the tests,
 * the figures that its runs can draw, and versions, data hashes and commands.
 */
export function reportHtml(context: LabContext, request: ExportRequest): Export {
  const { metric = 'test.accuracy', at = 'last' } = request
  const runs = reportedRuns(context, request)
  const scope = { ...request, metric, at }
  const table = compare(context, { ...scope, significance: true })
  const layout = layoutBeside(choicesOf(runs), request.rows, request.columns)
  const beside = request.beside ?? (['parameters', 'operations'] as const)
  const grid = twoWayGrid(twoWay(context, { ...scope, ...layout, beside }))
  const study = request.study === undefined ? undefined : knownStudy(context, request.study)
  const title = study?.title ?? `${runs.length} runs`
  const body = [
    `<h1>${htmlText(title)}</h1>`,
    ...(study ? studyPart(study, runs) : []),
    '<h2>Results</h2>',
    twoWayFigure(grid),
    ...figureParts(context, scope),
    '<h2>Every row</h2>',
    htmlShownTable(shownTable(table)),
    ...testsPart(table),
    '<h2>How it was made</h2>',
    ...(study ? specificationPart(study) : []),
    ...environmentPart(context, runs),
    ...commandsPart(request, metric, at),
  ]
  return { pieces: [htmlPage(title, body.join('\n'))], rows: () => table.rows.length }
}

function figureParts(context: LabContext, request: ExportRequest & { metric: string }): string[] {
  return REPORTED.flatMap((figure) => {
    try {
      // Curves are those of the phase that is measured while a run trains.
      const metric = figure === 'learning-curves' ? 'validation.accuracy' : request.metric
      const svg = drawSheet(figureOf(context, { ...request, metric, figure }), request.look)
      return [`<figure>${svg}</figure>`]
    } catch (error) {
      if (error instanceof BenchError && error.code === 'not-found') return []
      throw error
    }
  })
}

function testsPart(table: ReturnType<typeof compare>): string[] {
  const rows = significanceRows(table)
  if (rows.length === 0) return []
  const columns = SIGNIFICANCE_HEADER.map((title, index) => ({ id: title, title, right: index > 1 }))
  const left = rows.length - MOST_TESTS
  const more = left > 0 ? ` The ${MOST_TESTS} with the smallest corrected p stand here, ${left} do not.` : ''
  return [
    '<h2>Tests</h2>',
    htmlShownTable({
      columns,
      rows: rows.slice(0, MOST_TESTS).map((cells) => cells.map((text) => ({ text }))),
      caption: `${significanceCaption(table)}${more}`,
    }),
  ]
}

/** What the runs tell of where they ran: each name with its values, and how many runs had each. */
function environmentPart(context: LabContext, runs: readonly RunRow[]): string[] {
  const values = new Map<string, Map<string, number>>()
  for (const { id } of runs) {
    for (const [name, value] of Object.entries(environmentOf(context.database, id))) {
      if (name === 'command') continue
      const known = values.get(name) ?? new Map<string, number>()
      values.set(name, known.set(value, (known.get(value) ?? 0) + 1))
    }
  }
  if (values.size === 0) return []
  const entries = [...values].map(([name, counts]) => {
    const several = counts.size > 1
    const words = [...counts].map(([value, count]) => (several ? `${value} (${count} runs)` : value))
    return `<dt>${htmlText(name)}</dt><dd>${htmlText(words.join('; '))}</dd>`
  })
  return ['<h3>Environment of the runs</h3>', `<dl>${entries.join('\n')}</dl>`]
}

function commandsPart({ study }: ExportRequest, metric: string, at: string): string[] {
  if (study === undefined) return []
  const value = `--metric ${metric} --at ${at}`
  const lab = commandLineName()
  const lines = [
    `${lab} study run ${study}`,
    `${lab} study table ${study} ${value}`,
    `${lab} export --study ${study} --what report --format html ${value} --out report.html`,
  ]
  return ['<h3>Commands</h3>', `<pre>${lines.map(htmlText).join('\n')}</pre>`]
}
