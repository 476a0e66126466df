/**
 * Exports, by what and format. To add one: a function from a context to pieces of text, and its line in
 * WRITERS.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportFormat, ExportRequest, ExportWhat } from '../../shared/contract/lab.ts'
import type { LabContext } from '../context.ts'
import { sheetCsv } from '../../shared/figure/sheet.ts'
import { drawFigureOf, exportedFigure } from './figures.ts'
import { groupsCsv, groupsHtml, groupsLatex, groupsMarkdown, significanceCsv } from './groups.ts'
import { IMPORTANCE_FORMS } from './importance.ts'
import { writeLayer } from './layer.ts'
import { metricsCsv } from './metrics.ts'
import { figurePdf } from './paper/pdf.ts'
import { figurePng } from './paper/png.ts'
import { writeReportLatex } from './report-latex.ts'
import { reportHtml } from './report.ts'
import { runsCsv } from './runs.ts'
import { selectRuns } from './selection.ts'
import { writeTensorBoard } from './tensorboard.ts'
import { TWO_WAY_FORMS } from './two-way.ts'
import { notesOf } from './paper/fonts.ts'
import type { Drawn } from './paper/fonts.ts'
import type { Export, Written } from './types.ts'
import { writeBytes, writePieces } from './writer.ts'

type Writer = (context: LabContext, request: ExportRequest) => Written | Promise<Written>

const text =
  (make: (context: LabContext, request: ExportRequest) => Export): Writer =>
  (context, request) => {
    const { pieces, rows } = make(context, request)
    const bytes = writePieces(request.file, pieces)
    return { file: request.file, rows: rows(), bytes }
  }

const figure =
  (make: (svg: string, now: Date) => Drawn | Promise<Drawn>): Writer =>
  async (context, request) => {
    const { bytes: drawn, missing } = await make(drawFigureOf(context, request), context.now())
    const bytes = writeBytes(request.file, drawn)
    const rows = request.theory ? 0 : selectRuns(context, request, []).length
    return { file: request.file, rows, bytes, ...notesOf(missing) }
  }

function figureCsv(context: LabContext, request: ExportRequest): Export {
  const pieces = sheetCsv(exportedFigure(context, request))
  return { pieces, rows: () => pieces.length - 1 }
}

const WRITERS: Record<ExportWhat, Partial<Record<ExportFormat, Writer>>> = {
  groups: {
    csv: text(groupsCsv),
    latex: text(groupsLatex),
    markdown: text(groupsMarkdown),
    html: text(groupsHtml),
  },
  significance: { csv: text(significanceCsv) },
  'two-way': {
    csv: text(TWO_WAY_FORMS.csv),
    latex: text(TWO_WAY_FORMS.latex),
    markdown: text(TWO_WAY_FORMS.markdown),
    html: text(TWO_WAY_FORMS.html),
  },
  importance: {
    csv: text(IMPORTANCE_FORMS.csv),
    latex: text(IMPORTANCE_FORMS.latex),
    markdown: text(IMPORTANCE_FORMS.markdown),
    html: text(IMPORTANCE_FORMS.html),
  },
  layer: { png: writeLayer, svg: writeLayer, csv: writeLayer },
  runs: { csv: text(runsCsv) },
  metrics: { csv: text(metricsCsv), tensorboard: writeTensorBoard },
  report: { html: text(reportHtml), latex: writeReportLatex },
  figure: {
    svg: figure((svg) => ({ bytes: Buffer.from(svg), missing: [] })),
    png: figure(figurePng),
    pdf: figure(figurePdf),
    csv: text(figureCsv),
  },
}

/**
 * Writes an export to its file. @throws BenchError `bad-input` for a combination that there is not,
 * `not-found` without runs.
 */
export async function writeExport(context: LabContext, request: ExportRequest): Promise<Written> {
  const writer = WRITERS[request.what][request.format]
  if (!writer) {
    const known = Object.keys(WRITERS[request.what]).join(', ')
    throw new BenchError(
      'bad-input',
      `${request.what} cannot be written as ${request.format}; allowed: ${known}.`,
      'format',
    )
  }
  if (!request.theory && selectRuns(context, request, []).length === 0) {
    throw new BenchError('not-found', 'There are no runs to export.', request.study ?? 'runs')
  }
  return writer(context, request)
}
