/**
 * Every pair of rows of a comparison, tested: paired where the seeds match, Welch's t otherwise; Holm over
 * all pairs.
 */
import type { CompareRow } from '../contract/lab.ts'
import { bootstrapDifference, holm, pairedTest, welchTest } from './tests.ts'

export interface PairComparison {
  /** Indices of the two rows. */
  readonly a: number
  readonly b: number
  readonly test: 'paired' | 'welch'
  /** Values of each side that took part; equal when paired. */
  readonly n: readonly [number, number]
  /** Mean of a less mean of b (of the pairs, when paired). */
  readonly difference: number
  readonly t: number
  readonly p: number
  /** Holm-corrected over all pairs asked for. */
  readonly adjusted: number
  /** Bootstrap interval of the difference, 95 %. */
  readonly low: number
  readonly high: number
}

/**
 * Compares the given pairs of rows (all, when left out). A pair is tested by seed where both rows have at
 * least two seeds in common; then only those take part. `uniform`: numbers on [0, 1) from a seeded generator.
 */
export function comparePairs(
  rows: readonly Pick<CompareRow, 'seeds' | 'values'>[],
  uniform: () => number,
  pairs: readonly (readonly [number, number])[] = allPairs(rows.length),
): PairComparison[] {
  const results = pairs.map(([a, b]) => {
    const shared = rows[a].seeds.filter((seed) => rows[b].seeds.includes(seed))
    const paired = shared.length >= 2
    const valuesOf = (index: number) =>
      paired
        ? shared.map((seed) => rows[index].values[rows[index].seeds.indexOf(seed)])
        : [...rows[index].values]
    const first = valuesOf(a)
    const second = valuesOf(b)
    const { difference, t, p } = paired ? pairedTest(first, second) : welchTest(first, second)
    const [low, high] = bootstrapDifference(first, second, paired, { uniform })
    const n: readonly [number, number] = [first.length, second.length]
    return { a, b, test: paired ? ('paired' as const) : ('welch' as const), n, difference, t, p, low, high }
  })
  const adjusted = holm(results.map((result) => result.p))
  return results.map((result, index) => ({ ...result, adjusted: adjusted[index] }))
}

function allPairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) =>
    Array.from({ length: count - a - 1 }, (_unused, more): [number, number] => [a, a + more + 1]),
  ).flat()
}
