/**
 * Patterns of a matrix as a specification holds them: rows of 0 and 1, parted by `/` (`1100/0011`), repeated
 * over a matrix that is larger.
 */
import { BenchError } from '../contract/errors.ts'

export interface PatternSettings {
  readonly kind: 'none' | 'n-m' | 'blocks' | 'bands' | 'text'
  /** Of each `of` neighbouring inputs of an output, so many. */
  readonly keep: number
  readonly of: number
  /** Side of a block, or columns of a band. */
  readonly size: number
  readonly text: string
}

export interface Pattern {
  readonly rows: number
  readonly cols: number
  /** 0 or 1, row-major. */
  readonly mask: Uint8Array
}

/** Throws BenchError('bad-input') that names the row that is wrong, and for a pattern without a 1. */
export function parsePattern(text: string): Pattern {
  const refuse = (message: string): never => {
    throw new BenchError('bad-input', message, 'initialization.pattern.text')
  }
  const rows = text.split(/[/\n]+/).flatMap((row) => row.trim() || [])
  if (rows.length === 0) return refuse('The pattern is empty; write rows of 0 and 1, e.g. 1100/0011.')
  const cols = rows[0].length
  rows.forEach((row, k) => {
    if (!/^[01]+$/.test(row)) refuse(`Row ${k + 1} of the pattern has other characters than 0 and 1.`)
    if (row.length !== cols)
      refuse(`Row ${k + 1} of the pattern has ${row.length} columns, the first has ${cols}.`)
  })
  const mask = Uint8Array.from(rows.join(''), Number)
  return mask.includes(1) ? { rows: rows.length, cols, mask } : refuse('The pattern has no 1.')
}

/** The pattern as it is kept. */
export const patternText = ({ rows, cols, mask }: Pattern): string =>
  Array.from({ length: rows }, (_, row) => mask.subarray(row * cols, (row + 1) * cols).join('')).join('/')

/** How a name tells the pattern. */
export function patternTitle({ kind, keep, of, size }: PatternSettings): string {
  if (kind === 'n-m') return `${keep}:${of}`
  return kind === 'text' ? 'pattern' : `${kind} of ${size}`
}

/** What is wrong with a pattern's settings, in words, and where; null where they can be used. */
export function patternProblem({
  kind,
  keep,
  of,
  text,
}: PatternSettings): [where: string, why: string] | null {
  if (kind === 'n-m' && keep > of)
    return ['pattern.keep', `A pattern cannot keep ${keep} of every ${of}; give at most ${of}.`]
  if (kind !== 'text') return null
  try {
    parsePattern(text)
    return null
  } catch (error) {
    if (error instanceof BenchError) return ['pattern.text', error.message]
    throw error
  }
}
