/** The report as a folder: main.tex, tables and figures of their own, for a paper to take what it needs. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportRequest } from '../../shared/contract/lab.ts'
import { drawSheet } from '../../shared/figure/sheet.ts'
import type { FigureSheet } from '../../shared/figure/sheet.ts'
import { LETTER_MACRO, latexShownTable, latexText } from '../../shared/format/latex.ts'
import { twoWayLatex } from '../../shared/format/two-way-latex.ts'
import type { LabContext } from '../context.ts'
import { notesOf } from './paper/fonts.ts'
import { figurePdf } from './paper/pdf.ts'
import { reportOf } from './report-parts.ts'
import type { Report } from './report-parts.ts'
import type { Fact } from './report-study.ts'
import type { Written } from './types.ts'
import { writeBytes, writePieces } from './writer.ts'

/** Rows of a table that still has room on a page. */
const ROWS_A_PAGE = 36

/**
 * Writes the folder. It compiles with pdflatex and lualatex, by `latexmk` or by two passes over main.tex.
 * @throws BenchError `bad-input` where a file of that name is in the way
 */
export async function writeReportLatex(context: LabContext, request: ExportRequest): Promise<Written> {
  const { file } = request
  if (existsSync(file) && !statSync(file).isDirectory())
    throw new BenchError('bad-input', `${file} is a file; a report in LaTeX is a folder.`, 'file')
  const report = reportOf(context, request)
  const tables = tablesOf(report, request.siunitx ?? false)
  const lacking = new Set<string>()
  let bytes = 0
  for (const { name, text } of tables) bytes += writePieces(join(file, 'tables', `${name}.tex`), [text])
  const look = { ...request.look, caption: false, title: false }
  for (const { name, sheet } of report.figures) {
    const { bytes: drawn, missing } = await figurePdf(drawSheet(sheet, look), context.now())
    for (const letter of missing) lacking.add(letter)
    bytes += writeBytes(join(file, 'figures', `${name}.pdf`), drawn)
  }
  bytes += writePieces(join(file, 'main.tex'), [mainOf(report, tables, request.siunitx ?? false)])
  return { file, rows: report.table.rows.length, bytes, ...notesOf([...lacking]) }
}

interface Table {
  readonly name: string
  readonly text: string
}

function tablesOf({ grid, rows, tests }: Report, siunitx: boolean): Table[] {
  const pages = Math.max(1, Math.ceil(rows.rows.length / ROWS_A_PAGE))
  const parts = Array.from({ length: pages }, (_, page) => {
    const name = pages === 1 ? 'rows' : `rows-${page + 1}`
    const own = rows.rows.slice(page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE)
    const caption = page === 0 ? rows.caption : `Every row, part ${page + 1} of ${pages}.`
    return { name, text: latexShownTable({ ...rows, rows: own, caption }, `tab:${name}`, true) }
  })
  return [
    { name: 'two-way', text: twoWayLatex(grid, 'tab:two-way', siunitx, true) },
    ...parts,
    ...(tests ? [{ name: 'tests', text: latexShownTable(tests, 'tab:tests', true) }] : []),
  ]
}

function mainOf(report: Report, tables: readonly Table[], siunitx: boolean): string {
  const { title, study, figures } = report
  const input = (wanted: (name: string) => boolean) =>
    tables.filter(({ name }) => wanted(name)).map(({ name }) => `\\input{tables/${name}}`)
  const lines = [
    '% Compiles with pdflatex and lualatex: two passes over main.tex.',
    '\\documentclass{article}',
    '\\usepackage{geometry}',
    '\\usepackage{booktabs}',
    '\\usepackage{graphicx}',
    ...(siunitx ? ['\\usepackage{siunitx} % 3 or later'] : []),
    '\\geometry{margin=2.2cm}',
    LETTER_MACRO,
    '\\sloppy',
    '\\begin{document}',
    `\\title{${latexText(title)}}`,
    '\\author{}',
    '\\date{}',
    '\\maketitle',
    ...[study?.description ?? '', study?.source ?? '']
      .filter((text) => text !== '')
      .map((text) => `${latexText(text)}\n`),
    ...listOf(report.facts),
    '\\section{Results}',
    ...input((name) => name === 'two-way'),
    ...figures.flatMap(({ name, sheet }) => figureOf(name, sheet)),
    '\\clearpage',
    '\\section{Every row}',
    ...input((name) => name.startsWith('rows')),
    '\\clearpage',
    ...(report.tests ? ['\\section{Tests}', ...input((name) => name === 'tests'), '\\clearpage'] : []),
    '\\section{How it was made}',
    ...section('Specification', listOf(report.specification)),
    ...section('Environment of the runs', listOf(report.environment)),
    ...section(
      'Commands',
      report.commands.map((command) => `{\\ttfamily\\raggedright ${latexText(command)}\\par}`),
    ),
    '\\end{document}',
    '',
  ]
  return lines.join('\n')
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`\\subsection{${title}}`, ...lines]

function figureOf(name: string, { title, caption, panels }: FigureSheet): string[] {
  const words = [title, caption ?? panels.at(-1)?.caption ?? ''].filter((text) => text !== '')
  return [
    '\\begin{figure}',
    '  \\centering',
    `  \\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%`,
    `    \\includegraphics{figures/${name}.pdf}}`,
    `  \\caption{${latexText(words.map((text) => text.replace(/\.?$/, '.')).join(' '))}}`,
    `  \\label{fig:${name}}`,
    '\\end{figure}',
  ]
}

function listOf(facts: readonly Fact[]): string[] {
  if (facts.length === 0) return []
  const items = facts.map(({ name, path, text }) => {
    const code = path === undefined ? '' : ` {\\normalfont\\ttfamily ${latexText(path)}}`
    return `  \\item[{${latexText(name)}${code}}] ${latexText(text)}`
  })
  return ['\\begin{description}', ...items, '\\end{description}']
}
