/** Which two columns EOI rotates next: any two, or a guided pattern given as pairs, blocks or a sampler. */
import { BenchError } from '../../shared/contract/errors.ts'
import { parsePairList } from '../../shared/methods/pairs.ts'
import type { ListedPair, PairSettings } from '../../shared/methods/pairs.ts'
import type { Stream } from '../rng.ts'

export interface Pair {
  first: number
  second: number
  /** By how many degrees; left out where the angle is drawn. */
  degrees?: number
}

export type PairSampler = (pair: Pair, stream: Stream) => void

export type PairRule =
  | { readonly kind: 'uniform' }
  /** One of these pairs of columns, uniformly (columns of the longer side, from 0). */
  | { readonly kind: 'pairs'; readonly pairs: readonly ListedPair[] }
  /** Any two columns of one block of `size` neighbouring columns: the pattern stays block-local. */
  | { readonly kind: 'blocks'; readonly size: number }
  /** Whatever the sampler draws; it must give two distinct columns. */
  | { readonly kind: 'sampler'; readonly next: PairSampler }

/** The rule that a specification means. Throws BenchError('bad-input') for a list that is none. */
export function pairRule({ kind, block, list }: PairSettings): PairRule {
  if (kind === 'uniform') return { kind }
  return kind === 'blocks' ? { kind, size: block } : { kind: 'pairs', pairs: parsePairList(list) }
}

function uniformPair(pair: Pair, from: number, count: number, stream: Stream): void {
  const a = stream.integer(count)
  let b = stream.integer(count - 1)
  if (b >= a) b++
  pair.first = from + Math.min(a, b)
  pair.second = from + Math.max(a, b)
}

/**
 * The sampler of a rule for `cols` columns. Throws BenchError('bad-input') for pairs or blocks that do not
 * fit.
 */
export function pairSampler(rule: PairRule, cols: number): PairSampler {
  if (rule.kind === 'sampler') return rule.next
  if (rule.kind === 'uniform') return (pair, stream) => uniformPair(pair, 0, cols, stream)
  if (rule.kind === 'pairs') {
    const { pairs } = rule
    if (pairs.length === 0)
      throw new BenchError('bad-input', 'The list of column pairs is empty. Give at least one pair.', 'pairs')
    for (const [a, b] of pairs) {
      if (
        !Number.isInteger(a) ||
        !Number.isInteger(b) ||
        a === b ||
        Math.min(a, b) < 0 ||
        Math.max(a, b) >= cols
      ) {
        throw new BenchError(
          'bad-input',
          `Pair (${a}, ${b}): expected two distinct columns from 0 to ${cols - 1}.`,
          'pairs',
        )
      }
    }
    return (pair, stream) => {
      const chosen = pairs[stream.integer(pairs.length)]
      const [first, second, degrees] = chosen
      pair.first = Math.min(first, second)
      pair.second = Math.max(first, second)
      // Rotating (j, i) is rotating (i, j) backwards.
      pair.degrees = degrees === undefined || first < second ? degrees : -degrees
    }
  }
  const { size } = rule
  if (!Number.isInteger(size) || size < 2) {
    throw new BenchError(
      'bad-input',
      `Block of ${size} columns: expected a whole number from 2 to ${cols}.`,
      'blocks',
    )
  }
  const usable = cols % size === 1 ? cols - 1 : cols
  return (pair, stream) => {
    // A block is found by a uniform column, so that a shorter last block is rotated no more often than its
    // share.
    const start = Math.floor(stream.integer(usable) / size) * size
    uniformPair(pair, start, Math.min(size, cols - start), stream)
  }
}

/**
 * The highest density that a rule can reach on a [rows, cols] matrix whose row i starts with a 1 in column
 * `order[i]` (default i): it can only fill the columns connected to that one. A sampler is taken to reach 1.
 */
export function reachableDensity(
  rule: PairRule,
  rows: number,
  cols: number,
  order: ArrayLike<number> | null = null,
): number {
  const columnOf = (row: number): number => (order ? order[row] : row)
  if (rule.kind === 'uniform' || rule.kind === 'sampler') return 1
  let entries = 0
  if (rule.kind === 'blocks') {
    for (let i = 0; i < rows; i++) {
      const start = Math.floor(columnOf(i) / rule.size) * rule.size
      entries += Math.min(rule.size, cols - start)
    }
    return entries / (rows * cols)
  }
  const parent = Int32Array.from({ length: cols }, (_, i) => i)
  const root = (i: number): number => {
    let at = i
    while (parent[at] !== at) at = parent[at] = parent[parent[at]]
    return at
  }
  for (const [a, b] of rule.pairs) parent[root(a)] = root(b)
  const size = new Int32Array(cols)
  for (let i = 0; i < cols; i++) size[root(i)]++
  for (let i = 0; i < rows; i++) entries += size[root(columnOf(i))]
  return entries / (rows * cols)
}
