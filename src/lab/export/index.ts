/**
 * Exports, by what and format. To add one: a function from a context to pieces of text, and its line in
 * WRITERS.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ExportFormat, ExportRequest, ExportWhat } from '../../shared/contract/lab.ts'
import { selectRuns } from '../compare.ts'
import type { LabContext } from '../context.ts'
import { groupsCsv, groupsLatex } from './groups.ts'
import { metricsCsv } from './metrics.ts'
import { runsCsv } from './runs.ts'
import { writePieces } from './writer.ts'

/** Pieces of text; `rows` counts the data rows as they pass. */
export interface Export {
  readonly pieces: Iterable<string>
  readonly rows: () => number
}

const WRITERS: Record<ExportWhat, Partial<Record<ExportFormat, (
  context: LabContext, request: ExportRequest,
) => Export>>> = {
  groups: { csv: groupsCsv, latex: groupsLatex },
  runs: { csv: runsCsv },
  metrics: { csv: metricsCsv },
}

/**
 * Writes an export to its file. @throws BenchError `bad-input` for a combination that there is not,
 * `not-found` without runs.
 */
export function writeExport(
  context: LabContext, request: ExportRequest,
): { file: string; rows: number; bytes: number } {
  const writer = WRITERS[request.what][request.format]
  if (!writer) {
    throw new BenchError('bad-input',
      `${request.what} cannot be written as ${request.format}; allowed: ${Object.keys(WRITERS[request.what])
        .join(', ')}.`, 'format')
  }
  if (selectRuns(context, request).length === 0) {
    throw new BenchError('not-found', 'There are no runs to export.', request.study ?? 'runs')
  }
  const { pieces, rows } = writer(context, request)
  const bytes = writePieces(request.file, pieces)
  return { file: request.file, rows: rows(), bytes }
}
