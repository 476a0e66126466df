/** Guided pairs of columns as a user writes them: `0-1, 1-2`, or with angles: `1-2@30`. */
import { BenchError } from '../contract/errors.ts'

export interface PairSettings {
  readonly kind: 'uniform' | 'blocks' | 'list'
  readonly block: number
  readonly list: string
}

/** Two columns, and the angle in degrees that they are rotated by; drawn where it is left out. */
export type ListedPair = readonly [first: number, second: number, degrees?: number]

/** Most pairs that a list may have. */
export const MOST_PAIRS = 1_000_000

/**
 * `0-1, 1-2` (or `0 1, 1 2`) → [[0, 1], [1, 2]]; `0-1@30` → [[0, 1, 30]]. Throws BenchError('bad-input')
 * that names the part that is no pair, and for an empty list.
 */
export function parsePairList(text: string): ListedPair[] {
  const refuse = (message: string): never => {
    throw new BenchError('bad-input', message, 'initialization.pairs.list')
  }
  const parts = text
    .split(/[,;\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0) return refuse('The list of column pairs is empty; write e.g. 0-1, 1-2.')
  if (parts.length > MOST_PAIRS)
    return refuse(`The list has ${parts.length} column pairs; at most ${MOST_PAIRS} are allowed.`)
  return parts.map((part) => {
    const match = /^(\d+)(?:\s*[-–]\s*|\s+)(\d+)(?:\s*@\s*([-−+]?\d+(?:\.\d+)?)\s*°?)?$/.exec(part)
    if (!match) return refuse(`“${part}” is no pair of columns; write e.g. 0-1, 1-2 or, with angles, 0-1@30.`)
    const columns = [Number(match[1]), Number(match[2])] as const
    const angle: string | undefined = match[3]
    const pair: ListedPair = angle === undefined ? columns : [...columns, Number(angle.replace('−', '-'))]
    return pair[0] === pair[1] ? refuse(`Pair ${part}: a column is not rotated with itself.`) : pair
  })
}

/** The list as it is kept: `0-1, 1-2`. */
export const pairListText = (pairs: readonly ListedPair[]): string =>
  pairs
    .map(([first, second, degrees]) => `${first}-${second}${degrees === undefined ? '' : `@${degrees}`}`)
    .join(', ')

/** What is wrong with a list, in words; null when it can be read. */
export function pairListProblem(text: string): string | null {
  try {
    parsePairList(text)
    return null
  } catch (error) {
    if (error instanceof BenchError) return error.message
    throw error
  }
}
