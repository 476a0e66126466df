/** The positions that a pattern means in a matrix of a size. */
import { BenchError } from '../../shared/contract/errors.ts'
import { parsePattern } from '../../shared/methods/patterns.ts'
import type { PatternSettings } from '../../shared/methods/patterns.ts'
import type { Stream } from '../rng.ts'

const filled = (rows: number, cols: number, holds: (row: number, column: number) => boolean): Uint8Array =>
  Uint8Array.from({ length: rows * cols }, (_, k) => (holds(Math.floor(k / cols), k % cols) ? 1 : 0))

/** `keep` random rows of each `of` neighbours, column by column; a shorter last group keeps its share. */
function nOfM(rows: number, cols: number, { keep, of }: PatternSettings, stream: Stream): Uint8Array {
  const mask = new Uint8Array(rows * cols)
  for (let column = 0; column < cols; column++) {
    for (let first = 0; first < rows; first += of) {
      const group = Math.min(of, rows - first)
      const kept = group === of ? keep : Math.round((keep * group) / of)
      for (const row of stream.sample(group, kept)) mask[(first + row) * cols + column] = 1
    }
  }
  return mask
}

/** Blocks of size × size along the diagonal, going round again where the matrix is longer than it is wide. */
function blocks(rows: number, cols: number, size: number): Uint8Array {
  const around = Math.ceil(Math.min(rows, cols) / size)
  return filled(
    rows,
    cols,
    (row, column) => Math.floor(row / size) % around === Math.floor(column / size) % around,
  )
}

/** Positions up to half of `size` columns of the longer side away from the diagonal, stretched to it. */
function bands(rows: number, cols: number, size: number): Uint8Array {
  const long = Math.max(rows, cols)
  return filled(rows, cols, (row, column) => {
    const distance = Math.abs(((row + 0.5) * long) / rows - ((column + 0.5) * long) / cols)
    return distance <= size / 2
  })
}

/**
 * The pattern's positions in a matrix [rows, cols] (inputs, outputs of a kernel), 0 or 1. Throws
 * BenchError('bad-input') for a text that is none, or that is larger than the matrix.
 */
export function patternMask(
  rows: number,
  cols: number,
  settings: PatternSettings,
  stream: Stream,
): Uint8Array {
  switch (settings.kind) {
    case 'none':
      return new Uint8Array(rows * cols).fill(1)
    case 'n-m':
      return nOfM(rows, cols, settings, stream)
    case 'blocks':
      return blocks(rows, cols, settings.size)
    case 'bands':
      return bands(rows, cols, settings.size)
    case 'text': {
      const given = parsePattern(settings.text)
      if (given.rows > rows || given.cols > cols) {
        throw new BenchError(
          'bad-input',
          `The pattern of ${given.rows} × ${given.cols} is larger than the matrix of ${rows} × ${cols}.`,
          'initialization.pattern.text',
        )
      }
      return filled(
        rows,
        cols,
        (row, column) => given.mask[(row % given.rows) * given.cols + (column % given.cols)] === 1,
      )
    }
  }
}
