import { describe, expect, it } from 'vitest'
import { bandOver } from '../../../src/shared/stats/band.ts'
import { decimateMinMax, smooth } from '../../../src/shared/stats/series.ts'
import { criticalT, incompleteBeta, logGamma, twoSidedP } from '../../../src/shared/stats/student.ts'
import {
  groupBy,
  mean,
  present,
  quantile,
  sampleStd,
  sum,
  summarize,
} from '../../../src/shared/stats/summary.ts'
import {
  bootstrapDifference,
  holm,
  meanInterval,
  pairedTest,
  welchTest,
} from '../../../src/shared/stats/tests.ts'
import { messyValue, uniformFrom } from './random.ts'

const list = (seed: number, count: number, rate?: number) => {
  const uniform = uniformFrom(seed)
  return Array.from({ length: count }, () => messyValue(uniform, rate))
}
/** Deviation by the definition over all pairs: s² = Σ_{i<j} (x_i − x_j)² / (n (n − 1)). */
function pairwiseStd(values: readonly number[]): number | null {
  if (values.length < 2) return null
  let total = 0
  values.forEach((a, i) =>
    values.slice(i + 1).forEach((b) => {
      total += (a - b) ** 2
    }),
  )
  return Math.sqrt(total / (values.length * (values.length - 1)))
}

describe('summary', () => {
  it('equals brute force on random lists with gaps, NaN, infinities and one value', () => {
    for (let seed = 0; seed < 300; seed++) {
      const values = present(list(seed, seed % 12, seed % 3 === 0 ? 0.1 : 0))
      const result = summarize(values)
      const plain = values.reduce((a, b) => a + b, 0) / values.length
      expect(result.n).toBe(values.length)
      if (Number.isFinite(plain)) expect(result.mean).toBeCloseTo(plain, 13)
      else expect(result.mean).toBe(plain)
      const std = pairwiseStd(values)
      if (std === null || Number.isFinite(std)) {
        if (std === null) expect([result.std, result.sem]).toEqual([null, null])
        else expect(result.std).toBeCloseTo(std, 12)
        if (std !== null) expect(result.sem).toBeCloseTo(std / Math.sqrt(values.length), 12)
      } else expect(result.std).toBeNaN()
      const ordered = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
      expect([result.min, result.max]).toEqual(
        ordered.length > 0 ? [ordered[0], ordered[ordered.length - 1]] : [NaN, NaN],
      )
    }
  })

  it('keeps digits that a plain sum loses', () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2)
    expect(sampleStd([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBeCloseTo(Math.sqrt(30), 9)
    expect([mean([Infinity, 1]), mean([Infinity, -Infinity])]).toEqual([Infinity, NaN])
  })

  it('takes quantiles as NumPy does', () => {
    // numpy.quantile([3, 1, 4, 1, 5], [0, .1, .25, .5, .9, 1])
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map((p) => quantile([3, 1, 4, 1, 5], p))).toEqual([1, 1, 1, 3, 4.6, 5])
    expect([quantile([], 0.5), quantile([1, NaN], 0.5), quantile([1, Infinity], 0)]).toEqual([NaN, NaN, 1])
  })

  it('groups in order of appearance', () => {
    expect([...groupBy([3, 1, 4, 6, 5], (value) => value % 2)]).toEqual([
      [1, [3, 1, 5]],
      [0, [4, 6]],
    ])
  })
})

describe('Student’s distribution', () => {
  it('has the textbook’s values', () => {
    // Two-sided critical values of t tables: [level, degrees, t].
    const table = [
      [0.95, 1, 12.7062],
      [0.95, 4, 2.77645],
      [0.95, 10, 2.22814],
      [0.99, 5, 4.03214],
      [0.9, 30, 1.69726],
      [0.95, 120, 1.97993],
    ]
    for (const [level, degrees, t] of table) {
      expect(criticalT(level, degrees)).toBeCloseTo(t, 4)
      expect(twoSidedP(t, degrees)).toBeCloseTo(1 - level, 5)
    }
  })

  it('agrees with closed forms', () => {
    for (const t of [0, 0.3, 1, 2.5, 40, 1e6]) {
      // One degree: Cauchy. Two degrees: P(|T| ≥ t) = 1 − t/√(2 + t²).
      expect(twoSidedP(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 13)
      expect(twoSidedP(t, 2)).toBeCloseTo(1 - t / Math.sqrt(2 + t * t), 13)
      expect(twoSidedP(-t, 7.3)).toBe(twoSidedP(t, 7.3))
    }
    expect([twoSidedP(0, 3.7), twoSidedP(Infinity, 3), twoSidedP(NaN, 3)]).toEqual([1, 0, NaN])
    expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(0.3483, 12)
    expect(Math.exp(logGamma(11))).toBeCloseTo(3628800, 5)
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13)
  })

  it('is the integral of its density', () => {
    for (const degrees of [1.7, 4, 12.5]) {
      const scale =
        Math.exp(logGamma((degrees + 1) / 2) - logGamma(degrees / 2)) / Math.sqrt(degrees * Math.PI)
      const density = (t: number) => scale * (1 + (t * t) / degrees) ** (-(degrees + 1) / 2)
      const steps = 2000
      let inside = 0
      for (let step = 0; step < steps; step++) inside += (density((1.5 * (step + 0.5)) / steps) * 1.5) / steps
      expect(twoSidedP(1.5, degrees)).toBeCloseTo(1 - 2 * inside, 6)
    }
  })
})

describe('tests', () => {
  it('match scipy', () => {
    const a = [0.91, 0.93, 0.92, 0.94, 0.9]
    const b = [0.89, 0.92, 0.9, 0.91, 0.9]
    // scipy.stats.ttest_ind(a, b, equal_var=False); ttest_rel(a, b)
    const welch = welchTest(a, b)
    expect([welch.t, welch.degrees, welch.p]).toEqual(
      [1.8353258709644966, 7.274559193954668, 0.10749087899173759].map((value) => expect.closeTo(value, 10)),
    )
    const paired = pairedTest(a, b)
    expect([paired.t, paired.degrees, paired.p]).toEqual(
      [3.13785816221095, 4, 0.03491970667453887].map((value) => expect.closeTo(value, 10)),
    )
  })

  it('answer what can be said of one value, constants and NaN', () => {
    expect(welchTest([1], [2, 3]).p).toBeNaN()
    expect(welchTest([1, 1], [1, 1]).p).toBe(1)
    expect(welchTest([2, 2], [1, 1])).toMatchObject({ p: 0, t: Infinity })
    expect(welchTest([NaN, 1], [1, 2]).p).toBeNaN()
    expect(pairedTest([2, 3], [1, 2])).toMatchObject({ p: 0, difference: 1 })
    expect(() => pairedTest([1], [1, 2])).toThrow(RangeError)
  })

  it('reject a true hypothesis as often as promised', () => {
    const uniform = uniformFrom(5)
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
    const trials = 4000
    let rejected = 0
    for (let trial = 0; trial < trials; trial++) {
      const a = Array.from({ length: 5 }, normal)
      const b = Array.from({ length: 5 }, () => 3 * normal())
      if (welchTest(a, b).p < 0.05) rejected++
    }
    // Four standard errors of a binomial, and Welch’s own small-sample slack.
    expect(Math.abs(rejected / trials - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / trials))
  })

  it('correct for many by Holm, against the definition', () => {
    const uniform = uniformFrom(9)
    for (let round = 0; round < 50; round++) {
      const ps = Array.from({ length: 7 }, () => (uniform() < 0.2 ? NaN : uniform() ** 3))
      const valid = ps.filter((p) => !Number.isNaN(p)).sort((a, b) => a - b)
      const expected = ps.map((p) =>
        Number.isNaN(p)
          ? NaN
          : Math.max(
              ...valid
                .filter((other) => other <= p)
                .map((other) => Math.min(1, other * (valid.length - valid.indexOf(other)))),
            ),
      )
      expect(holm(ps)).toEqual(expected)
    }
    expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02])
  })

  it('bootstrap an interval that is seeded, centred and as wide as theory says', () => {
    const uniform = uniformFrom(3)
    const a = Array.from({ length: 200 }, () => uniform() + 0.5)
    const b = Array.from({ length: 200 }, () => uniform())
    const [low, high] = bootstrapDifference(a, b, false, { uniform: uniformFrom(1) })
    expect(bootstrapDifference(a, b, false, { uniform: uniformFrom(1) })).toEqual([low, high])
    const error = Math.sqrt(((sampleStd(a) ?? 0) ** 2 + (sampleStd(b) ?? 0) ** 2) / 200)
    expect((low + high) / 2).toBeCloseTo(mean(a) - mean(b), 2)
    expect((high - low) / (2 * 1.96 * error)).toBeCloseTo(1, 1)
    const [paired] = [bootstrapDifference([1.1, 2.1, 3.1], [1, 2, 3], true, { uniform })]
    expect(paired[0]).toBeCloseTo(0.1, 12)
    expect(paired[1]).toBeCloseTo(0.1, 12)
    expect(bootstrapDifference([1], [2, 3], false, { uniform })).toEqual([NaN, NaN])
  })

  it('give the interval of a mean', () => {
    const [low, high] = meanInterval([1, 2, 3, 4, 5]) ?? [NaN, NaN]
    expect([low, high]).toEqual([expect.closeTo(3 - 1.963243, 5), expect.closeTo(3 + 1.963243, 5)])
    expect(meanInterval([1])).toBeNull()
  })
})

describe('curves', () => {
  it('smooth without bias to the first value, around gaps', () => {
    expect(smooth([2, 2, 2, 2], 0.9)).toEqual([2, 2, 2, 2].map((value) => expect.closeTo(value, 12)))
    const values = [1, NaN, 3, Infinity, 5]
    const smoothed = smooth(values, 0.5)
    // Weights of the finite values 1, 3, 5 at the end: 1/4 : 1/2 : 1.
    expect(smoothed).toEqual([
      1,
      NaN,
      expect.closeTo((1 * 0.5 + 3) / 1.5, 12),
      Infinity,
      expect.closeTo((0.25 + 1.5 + 5) / 1.75, 12),
    ])
    expect(smooth(values, 0)).toEqual(values)
    expect(() => smooth(values, 1)).toThrow(RangeError)
  })

  it('keep ends, extremes and gaps when decimated', () => {
    const uniform = uniformFrom(7)
    for (let round = 0; round < 30; round++) {
      const values = Array.from(
        { length: 5 + Math.floor(uniform() * 5000) },
        () => messyValue(uniform, 0.001) ?? 0,
      )
      const maxPoints = 5 + Math.floor(uniform() * 300)
      const kept = decimateMinMax(values, maxPoints)
      expect(kept.length).toBeLessThanOrEqual(Math.max(maxPoints, Math.min(values.length, maxPoints)))
      expect([kept[0], kept[kept.length - 1]]).toEqual([0, values.length - 1])
      expect(kept.every((index, place) => place === 0 || index > kept[place - 1])).toBe(true)
      const finite = (list: number[]) => list.filter(Number.isFinite)
      expect(Math.max(...finite(kept.map((index) => values[index])))).toBe(Math.max(...finite(values)))
      expect(Math.min(...finite(kept.map((index) => values[index])))).toBe(Math.min(...finite(values)))
      if (values.some(Number.isNaN)) expect(kept.some((index) => !Number.isFinite(values[index]))).toBe(true)
    }
  })

  it('form a band over the curves that have a step', () => {
    const curves = [
      { steps: [0, 1, 2], values: [1, 2, 3] },
      { steps: [0, 2], values: [3, 5] },
      { steps: [2, 3], values: [4, 9] },
    ]
    expect(bandOver(curves, 'min-max')).toEqual([
      { step: 0, n: 2, mean: 2, low: 1, high: 3 },
      { step: 1, n: 1, mean: 2, low: 2, high: 2 },
      { step: 2, n: 3, mean: 4, low: 3, high: 5 },
      { step: 3, n: 1, mean: 9, low: 9, high: 9 },
    ])
    const [point] = bandOver(curves, 'std')
    expect([point.low, point.high]).toEqual([
      expect.closeTo(2 - Math.SQRT2, 12),
      expect.closeTo(2 + Math.SQRT2, 12),
    ])
    expect(bandOver(curves, 'ci95')[1]).toMatchObject({ low: 2, high: 2 })
  })
})
