/** Writes results of presets that train nothing, in the format named or the one that the file ends in. */
import { extname } from 'node:path'
import { notesOf } from '../lab/export/paper/fonts.ts'
import { figurePdf } from '../lab/export/paper/pdf.ts'
import { figurePng } from '../lab/export/paper/png.ts'
import { writeBytes, writePieces } from '../lab/export/writer.ts'
import { BenchError } from '../shared/contract/errors.ts'
import { latexCells, markdownCells } from '../shared/format/cells.ts'
import { csvTable } from '../shared/format/csv.ts'
import type { UntrainedResult } from './untrained-results.ts'

export const UNTRAINED_FORMATS = ['csv', 'latex', 'markdown', 'svg', 'png', 'pdf'] as const
export type UntrainedFormat = (typeof UNTRAINED_FORMATS)[number]

const ENDINGS: Readonly<Record<string, UntrainedFormat>> = {
  '.csv': 'csv',
  '.tex': 'latex',
  '.md': 'markdown',
  '.svg': 'svg',
  '.png': 'png',
  '.pdf': 'pdf',
}

/** The format of a file. @throws BenchError `bad-input` where neither an option nor the name tells it. */
export function formatOf(file: string, format: UntrainedFormat | undefined): UntrainedFormat {
  const found = format ?? ENDINGS[extname(file).toLowerCase()]
  if (found) return found
  throw new BenchError(
    'bad-input',
    `--out ${file}: give --format, or a name that ends in ${Object.keys(ENDINGS).join(', ')}.`,
    '--out',
  )
}

/**
 * Writes one file, or one for each of several figures, their names before the ending. Returns the files.
 * @throws BenchError `bad-input` where figures are asked of what has none.
 */
export async function writeUntrained(
  made: UntrainedResult,
  file: string,
  format: UntrainedFormat,
  label: string,
): Promise<string[]> {
  if (format === 'csv') writePieces(file, [csvTable(made.header, made.rows)])
  else if (format === 'markdown') writePieces(file, [markdownCells(made.table)])
  else if (format === 'latex') writePieces(file, [latexCells(made.table, `tab:${label}`)])
  else return writeFigures(made, file, format)
  return [file]
}

async function writeFigures(
  made: UntrainedResult,
  file: string,
  format: 'svg' | 'png' | 'pdf',
): Promise<string[]> {
  if (made.figures.length === 0)
    throw new BenchError(
      'bad-input',
      'This result is a table; write it as csv, latex or markdown.',
      '--format',
    )
  const ending = extname(file)
  const files: string[] = []
  for (const { name, svg } of made.figures) {
    const own =
      made.figures.length === 1 ? file : `${file.slice(0, file.length - ending.length)}-${name}${ending}`
    if (format === 'svg') writePieces(own, [svg])
    else {
      const { bytes, missing } = await (format === 'png' ? figurePng(svg) : figurePdf(svg, new Date()))
      writeBytes(own, bytes)
      files.push(...(notesOf(missing).notes ?? []))
    }
    files.push(own)
  }
  return files
}
