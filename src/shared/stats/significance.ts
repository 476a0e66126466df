/**
 * Every pair of rows of a comparison, tested: paired where the seeds match, Welch's t otherwise; Holm over
 * all pairs.
 */
import type { CompareRow, CompareTable, PairSignificance } from '../contract/lab.ts'
import { bootstrapDifference, holm, pairedTest, welchTest } from './tests.ts'

export type PairComparison = PairSignificance

/**
 * Compares the given pairs of rows (all, when left out). A pair is tested by seed where both rows have at
 * least two seeds in common, each once; then only those take part. `uniform`: numbers on [0, 1) from a seeded
 * generator.
 */
export function comparePairs(
  rows: readonly Pick<CompareRow, 'seeds' | 'values'>[],
  uniform: () => number,
  pairs: readonly (readonly [number, number])[] = allPairs(rows.length),
): PairComparison[] {
  const results = pairs.map(([a, b]) => {
    const shared = rows[a].seeds.filter((seed) => rows[b].seeds.includes(seed))
    const paired = shared.length >= 2 && isOneEach(rows[a].seeds) && isOneEach(rows[b].seeds)
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

/** A row that averages over more than the seed has a seed twice, and no pair to a seed. */
const isOneEach = (seeds: readonly number[]) => new Set(seeds).size === seeds.length

function allPairs(count: number): [number, number][] {
  return Array.from({ length: count }, (_, a) =>
    Array.from({ length: count - a - 1 }, (_unused, more): [number, number] => [a, a + more + 1]),
  ).flat()
}

/** Label of an axis that makes no difference to a row. */
const ANY = 'any'

/**
 * The pairs that answer “does the scheme matter?”: rows alike in every axis but `Scheme` (a row for which an
 * axis makes no difference matches any of its points). All pairs where there is no such axis.
 */
export function schemePairs({ rows, axes }: Pick<CompareTable, 'rows' | 'axes'>): [number, number][] {
  const pairs = allPairs(rows.length)
  if (!axes.includes('Scheme')) return pairs
  const others = axes.filter((axis) => axis !== 'Scheme')
  return pairs.filter(([a, b]) =>
    others.every((axis) => {
      const [one, two] = [rows[a].labels[axis], rows[b].labels[axis]]
      return one === two || one === ANY || two === ANY
    }),
  )
}
