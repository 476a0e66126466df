/** The report as a page that needs nothing else. */
import type { ExportRequest } from '../../shared/contract/lab.ts'
import { drawSheet } from '../../shared/figure/sheet.ts'
import { htmlPage, htmlShownTable, htmlText } from '../../shared/format/html.ts'
import { twoWayFigure } from '../../shared/format/two-way-html.ts'
import type { LabContext } from '../context.ts'
import { reportOf } from './report-parts.ts'
import type { Fact } from './report-study.ts'
import type { Export } from './types.ts'

/** The page: styles and figures inside, nothing fetched. */
export function reportHtml(context: LabContext, request: ExportRequest): Export {
  const report = reportOf(context, request)
  const { title, study, table } = report
  const paragraphs = [study?.description ?? '', study?.source ?? ''].filter((text) => text !== '')
  const body = [
    `<h1>${htmlText(title)}</h1>`,
    ...paragraphs.map((text) => `<p>${htmlText(text)}</p>`),
    ...listOf(report.facts),
    '<h2>Results</h2>',
    twoWayFigure(report.grid),
    ...report.figures.map(({ sheet }) => `<figure>${drawSheet(sheet, request.look)}</figure>`),
    '<h2>Every row</h2>',
    htmlShownTable(report.rows),
    ...(report.tests ? ['<h2>Tests</h2>', htmlShownTable(report.tests)] : []),
    '<h2>How it was made</h2>',
    ...(study ? ['<h3>Specification</h3>'] : []),
    ...listOf(report.specification),
    ...(report.environment.length > 0 ? ['<h3>Environment of the runs</h3>'] : []),
    ...listOf(report.environment),
    ...(report.commands.length > 0
      ? ['<h3>Commands</h3>', `<pre>${report.commands.map(htmlText).join('\n')}</pre>`]
      : []),
  ]
  return { pieces: [htmlPage(title, body.join('\n'))], rows: () => table.rows.length }
}

function listOf(facts: readonly Fact[]): string[] {
  if (facts.length === 0) return []
  const lines = facts.map(({ name, path, text }) => {
    const code = path === undefined ? '' : ` <code>${htmlText(path)}</code>`
    return `<dt>${htmlText(name)}${code}</dt><dd>${htmlText(text)}</dd>`
  })
  return ['<dl>', ...lines, '</dl>']
}
