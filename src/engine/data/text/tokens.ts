/** Text as tokens: characters by a vocabulary of the part that trains, or bytes. */
import { BenchError } from '../../../shared/contract/errors.ts'
import { textParts } from '../../../shared/spec/data-shapes.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'

/** What a text is read by. */
export type Reading = Pick<RunSpec['data'], 'unit' | 'validation' | 'test'>

export interface Tokens {
  readonly ids: Uint16Array
  /** What each token stands for. */
  readonly names: readonly string[]
  /** Tokens outside the training part that it does not have. */
  readonly unknown: number
}

/** The token of all characters that the training part does not have. */
export const UNKNOWN = '(unknown)'

/** Tokens that have a number each. */
const MOST_TOKENS = 65_535

const byteName = (byte: number): string =>
  byte > 32 && byte < 127 ? String.fromCharCode(byte) : `0x${byte.toString(16).padStart(2, '0')}`

/** Throws BenchError('bad-data') for bytes that are no UTF-8 where characters are wanted. */
function decoded(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new BenchError(
      'bad-data',
      `${place} is no text in UTF-8. Set data.unit to bytes, or save the file as UTF-8.`,
      'data.path',
      { cause },
    )
  }
}

/**
 * The tokens of a text. Characters are Unicode's code points; their vocabulary is those of the training part
 * in their order, and UNKNOWN, which comes last. Throws BenchError('bad-data').
 */
export function tokensOf(bytes: Uint8Array, reading: Reading, place: string): Tokens {
  if (reading.unit === 'bytes') {
    const names = Array.from({ length: 256 }, (_, byte) => byteName(byte))
    return { ids: Uint16Array.from(bytes), names, unknown: 0 }
  }
  const points = Uint32Array.from(decoded(bytes, place), (character) => character.codePointAt(0) ?? 0)
  const { train } = textParts(points.length, reading)
  const known = [...new Set(points.subarray(0, train))].sort((a, b) => a - b)
  if (known.length >= MOST_TOKENS) {
    throw new BenchError(
      'bad-data',
      `${place} has ${known.length} different characters, and ${MOST_TOKENS - 1} are the most. ` +
        'Set data.unit to bytes.',
      'data.unit',
    )
  }
  const idOf = new Map(known.map((point, id) => [point, id]))
  let unknown = 0
  const ids = Uint16Array.from(points, (point) => {
    const id = idOf.get(point)
    if (id === undefined) unknown++
    return id ?? known.length
  })
  return { ids, names: [...known.map((point) => String.fromCodePoint(point)), UNKNOWN], unknown }
}
