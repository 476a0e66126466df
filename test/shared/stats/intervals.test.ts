/** “95 %” means 95 %: the intervals equal SciPy's, and cover the truth as often as they say. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/shared/stats/band.ts'
import { bootstrapDifference, meanInterval, pairedTest, welchTest } from '../../../src/shared/stats/tests.ts'
import { uniformFrom } from './random.ts'

interface Case {
  readonly kind: 'mean' | 'welch' | 'paired'
  readonly a: number[]
  readonly b?: number[]
  readonly degrees?: number
  readonly interval: [number, number]
}
const { cases } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../oracles/intervals.json'), 'utf8'),
) as { cases: Case[] }

function own({ kind, a, b = [] }: Case): { low: number; high: number; degrees?: number } {
  if (kind === 'welch') return welchTest(a, b)
  if (kind === 'paired') return pairedTest(a, b)
  const [low, high] = meanInterval(a) ?? [NaN, NaN]
  return { low, high }
}

describe('intervals', () => {
  it.each(cases.map((each, index) => [`${each.kind} ${index}`, each] as const))('as SciPy: %s', (_, each) => {
    const { low, high, degrees } = own(each)
    expect(low).toBeCloseTo(each.interval[0], 8)
    expect(high).toBeCloseTo(each.interval[1], 8)
    if (each.degrees !== undefined) expect(degrees).toBeCloseTo(each.degrees, 8)
  })

  it('are the ends of the band of figures', () => {
    for (const { kind, a, interval } of cases)
      if (kind === 'mean')
        expect(limits(a, 'ci95')).toEqual([expect.closeTo(interval[0], 8), expect.closeTo(interval[1], 8)])
  })
})

/** Two normal numbers of two uniform ones (Box and Muller). */
function normalFrom(seed: number): () => number {
  const uniform = uniformFrom(seed)
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}

describe('coverage of the true value over 4,000 draws', () => {
  const DRAWS = 4000
  /** Five standard deviations of a share of .95 over as many draws. */
  const TOLERANCE = 5 * Math.sqrt((0.95 * 0.05) / DRAWS)
  const share = (covers: (normal: () => number) => boolean, seed: number) => {
    const normal = normalFrom(seed)
    let covered = 0
    for (let draw = 0; draw < DRAWS; draw++) if (covers(normal)) covered += 1
    return covered / DRAWS
  }
  const sample = (normal: () => number, size: number, mean: number, spread: number) =>
    Array.from({ length: size }, () => mean + spread * normal())

  it.each([2, 3, 5, 10])('is 95 %% for the mean of %i seeds', (size) => {
    const found = share((normal) => {
      const [low, high] = meanInterval(sample(normal, size, 0.9, 0.02)) ?? [NaN, NaN]
      return low <= 0.9 && 0.9 <= high
    }, size)
    expect(Math.abs(found - 0.95)).toBeLessThan(TOLERANCE)
  })

  it.each([2, 3, 5, 10])('is 95 %% for a paired difference of %i seeds', (size) => {
    const found = share((normal) => {
      const common = sample(normal, size, 0.8, 0.1)
      const [a, b] = [0.03, 0].map((shift) => common.map((value) => value + shift + 0.01 * normal()))
      const { low, high } = pairedTest(a, b)
      return low <= 0.03 && 0.03 <= high
    }, 20 + size)
    expect(Math.abs(found - 0.95)).toBeLessThan(TOLERANCE)
  })

  it.each([3, 5, 10])('is 95 %% or more for Welch’s difference of %i seeds a side', (size) => {
    const found = share((normal) => {
      const { low, high } = welchTest(sample(normal, size, 0.9, 0.01), sample(normal, size, 0.85, 0.03))
      return low <= 0.05 && 0.05 <= high
    }, 40 + size)
    // Welch's degrees of freedom are an approximation, a little wide for few values.
    expect(found).toBeGreaterThan(0.95 - TOLERANCE)
    expect(found).toBeLessThan(0.985)
  })

  it('is far below for the bootstrap of few seeds, which is why it stands alone nowhere', () => {
    const normal = normalFrom(99)
    const uniform = uniformFrom(99)
    let covered = 0
    for (let draw = 0; draw < 300; draw++) {
      const differences = sample(normal, 3, 0.1, 0.02)
      const zeros = differences.map(() => 0)
      const [low, high] = bootstrapDifference(differences, zeros, true, { uniform, resamples: 200 })
      if (low <= 0.1 && 0.1 <= high) covered += 1
    }
    expect(covered / 300).toBeLessThan(0.85)
  })
})
