/**
 * Rows of a comparison tested in pairs: paired where they share what their values stand for, Welch's t
 * otherwise; Holm over all pairs of the family; the list by its corrected p.
 */
import type { CompareRow, PairSignificance } from '../contract/lab.ts'
import { groupBy, mean } from './summary.ts'
import { bootstrapDifference, holm, pairedTest, welchTest } from './tests.ts'

/** What a test needs of a row. */
export type TestedRow = Pick<
  CompareRow,
  'label' | 'seeds' | 'values' | 'units' | 'n' | 'expected' | 'missing'
>

/** Fewest values a side for which a percentile bootstrap stands beside the t interval. */
export const BOOTSTRAP_FROM = 10

/** Whether runs of a row are not there yet, or failed. A metric that none of its runs has is no gap. */
export function isIncomplete(row: Pick<CompareRow, 'n' | 'expected' | 'missing'>): boolean {
  return row.n < row.expected && (row.n > 0 || (row.missing ?? 0) < row.expected)
}

/**
 * The values of two rows as a test takes them. Paired: those of the units that both have, where there are two
 * or more. Otherwise one value a seed, the mean of its units, since the same seed again is no new sample.
 */
export function testedValues(
  a: TestedRow,
  b: TestedRow,
): { readonly paired: boolean; readonly first: readonly number[]; readonly second: readonly number[] } {
  const [of, other] = [byUnit(a), byUnit(b)]
  const shared = [...of.keys()].filter((unit) => other.has(unit))
  if (shared.length >= 2) {
    const from = (values: ReadonlyMap<string, number>) => shared.map((unit) => values.get(unit) ?? NaN)
    return { paired: true, first: from(of), second: from(other) }
  }
  return { paired: false, first: seedMeans(a), second: seedMeans(b) }
}

const unitsOf = (row: TestedRow) => row.units ?? row.seeds.map(String)
const byUnit = (row: TestedRow) => new Map(unitsOf(row).map((unit, index) => [unit, row.values[index]]))
const seedMeans = ({ seeds, values }: TestedRow) =>
  [...groupBy(seeds.keys(), (index) => seeds[index]).values()].map((indices) =>
    mean(indices.map((index) => values[index])),
  )

/**
 * Tests pairs of rows. `uniform`: numbers on [0, 1) from a seeded generator, for the bootstrap of ten values
 * and more.
 */
export function comparePairs(
  rows: readonly TestedRow[],
  uniform: () => number,
  pairs: readonly (readonly [number, number])[],
): PairSignificance[] {
  const results = pairs.map(([a, b]) => {
    const { paired, first, second } = testedValues(rows[a], rows[b])
    const { difference, t, degrees, p, low, high } = paired
      ? pairedTest(first, second)
      : welchTest(first, second)
    const enough = Math.min(first.length, second.length) >= BOOTSTRAP_FROM
    return {
      a,
      b,
      first: rows[a].label,
      second: rows[b].label,
      test: paired ? ('paired' as const) : ('welch' as const),
      n: [first.length, second.length] as const,
      difference,
      t,
      degrees,
      p,
      low,
      high,
      bootstrap: enough ? bootstrapDifference(first, second, paired, { uniform }) : null,
      incomplete: isIncomplete(rows[a]) || isIncomplete(rows[b]),
    }
  })
  const adjusted = holm(results.map((result) => result.p))
  return results.map((result, index) => ({ ...result, adjusted: adjusted[index] })).sort(byCorrectedP)
}

/** By the corrected p, then by p; what could not be tested last; ties as the rows stand. */
export function byCorrectedP(a: PairSignificance, b: PairSignificance): number {
  const key = (p: number) => (Number.isNaN(p) ? 2 : p)
  return key(a.adjusted) - key(b.adjusted) || key(a.p) - key(b.p) || a.a - b.a || a.b - b.b
}

const LEVELS = [0.05, 0.01, 0.001]

/** 1 for p < .05, 2 for p < .01, 3 for p < .001, else 0. */
export function starsOf(p: number): number {
  return LEVELS.filter((level) => p < level).length
}

/**
 * Stars of the rows. Against a baseline: those of the row's test with it. Else a row has the stars of its
 * weakest test, where it is better in all of them. None where runs are missing, or neither more nor less is
 * better.
 */
export function rowStars(
  count: number,
  tests: readonly PairSignificance[],
  direction: 'higher' | 'lower' | null,
  againstBaseline: ((row: number) => boolean) | null,
): number[] {
  const stars = Array.from({ length: count }, () => 0)
  const ofRow = new Map<number, { worst: number; better: boolean }>()
  for (const { a, b, difference, adjusted, incomplete } of tests) {
    if (againstBaseline) {
      const row = againstBaseline(a) ? b : a
      if (!incomplete) stars[row] = Math.max(stars[row], starsOf(adjusted))
      continue
    }
    const aWins = direction === 'higher' ? difference > 0 : difference < 0
    for (const [row, wins] of [
      [a, aWins],
      [b, !aWins && difference !== 0],
    ] as const) {
      const known = ofRow.get(row) ?? { worst: 0, better: true }
      const p = Number.isNaN(adjusted) || incomplete ? 1 : adjusted
      ofRow.set(row, { worst: Math.max(known.worst, p), better: known.better && wins })
    }
  }
  if (direction !== null)
    for (const [row, { worst, better }] of ofRow) if (better) stars[row] = starsOf(worst)
  return stars
}

/** Level at which a corrected p decides. */
export const LEVEL = 0.05

/** Whether a pair needs more seeds for a word on it. */
export function isUndecided(pair: Pick<PairSignificance, 'adjusted'>): boolean {
  return !(pair.adjusted < LEVEL)
}

/** Indices of the rows that stand in some undecided pair. */
export function undecidedRows(pairs: readonly PairSignificance[]): Set<number> {
  return new Set(pairs.filter(isUndecided).flatMap(({ a, b, rows }) => rows ?? [a, b]))
}
