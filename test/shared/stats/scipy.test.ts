import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bootstrapDifference,
  holm,
  meanInterval,
  pairedTest,
  welchTest,
} from '../../../src/shared/stats/tests.ts'
import { uniformFrom } from './random.ts'

interface Case {
  readonly a: number[]
  readonly b: number[]
  readonly welch: { t: number; p: number; degrees: number }
  readonly paired?: { t: number; p: number }
  readonly interval?: [number, number]
  readonly bootstrap: [number, number]
}
const { cases, holm: corrected } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../oracles/significance.json'), 'utf8'),
) as { cases: Case[]; holm: { p: number[]; adjusted: number[] } }

const near = (value: number, expected: number, tolerance = 1e-9) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1e-12, Math.abs(expected)))

describe('against SciPy', () => {
  it.each(cases.map((each, index) => [index, each] as const))('Welch’s t-test, sample %i', (_, each) => {
    const { t, p, degrees } = welchTest(each.a, each.b)
    near(t, each.welch.t)
    near(degrees, each.welch.degrees)
    near(p, each.welch.p, 1e-7)
  })

  it('the paired t-test and the interval of the mean', () => {
    const paired = cases.filter((each) => each.paired)
    expect(paired.length).toBeGreaterThanOrEqual(3)
    for (const { a, b, paired: expected, interval } of paired) {
      const { t, p } = pairedTest(a, b)
      near(t, expected?.t ?? NaN)
      near(p, expected?.p ?? NaN, 1e-7)
      const own = meanInterval(a)
      near(own?.[0] ?? NaN, interval?.[0] ?? NaN, 1e-7)
      near(own?.[1] ?? NaN, interval?.[1] ?? NaN, 1e-7)
    }
  })

  it('Holm’s correction', () => {
    holm(corrected.p).forEach((value, index) => near(value, corrected.adjusted[index], 1e-12))
  })

  it('the bootstrap interval, within the noise of its resamples', () => {
    for (const { a, b, bootstrap } of cases) {
      const [low, high] = bootstrapDifference(a, b, false, { uniform: uniformFrom(7), resamples: 20_000 })
      const width = bootstrap[1] - bootstrap[0]
      expect(Math.abs(low - bootstrap[0])).toBeLessThan(0.04 * width)
      expect(Math.abs(high - bootstrap[1])).toBeLessThan(0.04 * width)
    }
  })
})
