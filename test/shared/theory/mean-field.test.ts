import { describe, expect, test } from 'vitest'
import { eoiMatrix } from '../../../src/engine/initialization/eoi-matrix.ts'
import { randomMask } from '../../../src/engine/initialization/masks.ts'
import { haarOrthogonal } from '../../../src/engine/linalg/householder.ts'
import { multiplyInto } from '../../../src/engine/linalg/matmul.ts'
import { singularValues } from '../../../src/engine/linalg/singular-values.ts'
import { Stream } from '../../../src/engine/rng.ts'
import type { Activation } from '../../../src/shared/graph/types.ts'
import { ACTIVATIONS } from '../../../src/shared/graph/types.ts'
import { ACTIVATION_CURVES } from '../../../src/shared/theory/activations.ts'
import { predictSpectrum } from '../../../src/shared/theory/jacobian-spectrum.ts'
import type { TheoryNetwork, TheoryScheme } from '../../../src/shared/theory/jacobian-spectrum.ts'
import { criticalGain, nextVariance, signalStatistics } from '../../../src/shared/theory/mean-field.ts'
import { normalMean, scaledNormalMean } from '../../../src/shared/theory/quadrature.ts'
import { oracle } from '../../oracle.ts'

interface Expected {
  readonly q_star: number | 'any' | null
  readonly effective_sigma_w: number
  readonly mu1: number
  readonly mu2: number
  readonly chi: number
  readonly xi: number | null
  readonly s1: number
  readonly log_mean: number
  readonly variance_over_mean_squared: number
}
interface Case {
  readonly name: string
  readonly activation: string
  readonly sigma_w: number
  readonly sigma_b: number
  readonly depth: number
  readonly density: number
  readonly scheme: string
  readonly expected: Expected | null
}
const SCHEMES: Readonly<Record<string, TheoryScheme>> = {
  eoi: 'eoi',
  gaussian: 'gaussian',
  'base-corrected': 'scaled-base',
  'base-uncorrected': 'base',
}
const ACTIVATION_NAMES: Readonly<Record<string, Activation>> = {
  hardtanh: 'hard-tanh',
  leaky_relu: 'leaky-relu',
}

test.each(oracle<{ cases: Case[] }>('mean_field').cases)('$name: adaptive quadrature’s values', (given) => {
  const { expected } = given
  const got = predictSpectrum({
    activation: ACTIVATION_NAMES[given.activation] ?? (given.activation as Activation),
    gain: given.sigma_w,
    biasStd: given.sigma_b,
    depth: given.depth,
    density: given.density,
    scheme: SCHEMES[given.scheme],
  })
  if (!expected) {
    expect(got.chi).toBeNull()
    return
  }
  const near = (value: number | null, wanted: number, what: string): void => {
    expect(Math.abs((value ?? NaN) - wanted), what).toBeLessThan(1e-8 * Math.max(1, Math.abs(wanted)))
  }
  if (typeof expected.q_star === 'number') near(got.qStar as number, expected.q_star, 'q*')
  else expect(got.qStar).toBe(expected.q_star)
  near(got.effectiveGain, expected.effective_sigma_w, 'σ_w')
  near(got.mu1, expected.mu1, 'μ₁')
  near(got.mu2, expected.mu2, 'μ₂')
  near(got.chi, expected.chi, 'χ')
  near(got.s1, expected.s1, 's₁')
  near(got.logMeanSquared, expected.log_mean, 'log mean')
  near(got.varianceOverMeanSquared, expected.variance_over_mean_squared, 'variance')
  // ξ = −1/ln χ multiplies the error of χ by ξ².
  if (expected.xi === null) expect(got.xi).toBeNull()
  else expect(Math.abs((got.xi ?? NaN) / expected.xi - 1)).toBeLessThan(1e-8 * (1 + Math.abs(expected.xi)))
})

/** By SciPy’s adaptive quadrature. */
const TANH_50 = 0.9840449328126578

describe('quadrature', () => {
  test('is exact for moments, kinks and steps', () => {
    expect(normalMean((z) => z ** 4)).toBeCloseTo(3, 12)
    expect(normalMean((z) => Math.abs(z), [0])).toBeCloseTo(Math.sqrt(2 / Math.PI), 13)
    expect(normalMean((z) => (z > 0.3 ? 1 : 0), [0.3])).toBeCloseTo(0.38208857781104733, 13)
    expect(scaledNormalMean((x) => Math.tanh(x) ** 2, 50, [])).toBeCloseTo(TANH_50, 11)
  })

  test.each(ACTIVATIONS)('%s: the slope is the derivative of the value', (activation) => {
    const { value, slope } = ACTIVATION_CURVES[activation]
    for (const x of [-3.1, -0.7, -1e-3, 0.2, 0.9, 2.5]) {
      expect(slope(x)).toBeCloseTo((value(x + 1e-5) - value(x - 1e-5)) / 2e-5, 7)
    }
  })
})

test('the paper’s point is critical for tanh, and its variance over 1000 layers 4.27', () => {
  const paper = { activation: 'tanh', gain: 1.0247, biasStd: 0.00448, depth: 1000 } as const
  const eoi = predictSpectrum({ ...paper, scheme: 'eoi', density: 0.125 })
  expect(eoi.qStar).toBeCloseTo(0.025925, 6)
  expect(eoi.chi).toBeCloseTo(1.0000017, 7)
  expect(eoi.varianceOverMeanSquared).toBeCloseTo(4.27, 2)
  expect(criticalGain('tanh', 0.00448)).toBeCloseTo(1.0247, 4)
  const base = predictSpectrum({ ...paper, scheme: 'base', density: 0.125 })
  expect(base.xi).toBeCloseTo(-1 / Math.log(base.chi ?? NaN), 10)
  expect(base.chi).toBeLessThan(0.14)
})

test.each([
  ['relu', Math.SQRT2],
  ['linear', 1],
] as const)('the critical gain of %s needs no bias', (activation, gain) => {
  expect(criticalGain(activation, 0)).toBeCloseTo(gain, 10)
})

test.each(['tanh', 'hard-tanh', 'selu', 'swish', 'gelu'] as const)(
  '%s: the critical gain is critical, and the fixed point stays',
  (activation) => {
    const gain = criticalGain(activation, 0.2)
    if (gain === null) {
      // Variance runs away before χ is 1.
      expect(['swish', 'gelu', 'selu']).toContain(activation)
      return
    }
    const { chi, qStar } = signalStatistics(activation, gain, 0.2)
    expect(chi).toBeCloseTo(1, 6)
    expect(nextVariance(activation, gain, 0.2, qStar as number)).toBeCloseTo(qStar as number, 9)
  },
)

/** Mean and variance over mean² of the squared singular values of one drawn network's Jacobian. */
function simulate(network: TheoryNetwork, side: number, stream: Stream): { mean: number; variance: number } {
  const { activation, gain, biasStd, depth, scheme, density } = network
  const { value, slope } = ACTIVATION_CURVES[activation]
  const { qStar } = predictSpectrum(network)
  const q = typeof qStar === 'number' ? qStar : 1
  let h = Float64Array.from({ length: side }, () => Math.sqrt(q) * stream.normal())
  let jacobian: Float64Array | null = null
  for (let layer = 0; layer < depth; layer++) {
    const weights =
      scheme === 'eoi'
        ? density === 1
          ? haarOrthogonal(side, side, stream)
          : eoiMatrix({ rows: side, cols: side, density, stream }).values
        : scheme === 'gaussian'
          ? Float64Array.from({ length: side * side }, () => stream.normal() / Math.sqrt(side))
          : haarOrthogonal(side, side, stream)
    if (scheme === 'base' || scheme === 'scaled-base') {
      const mask = randomMask(side * side, Math.round(density * side * side), stream)
      const factor = scheme === 'base' ? 1 : 1 / Math.sqrt(density)
      for (let k = 0; k < weights.length; k++) weights[k] *= mask[k] * factor
    }
    const activated = h.map(value)
    const slopes = h.map(slope)
    const next = new Float64Array(side)
    const step = new Float64Array(side * side)
    for (let i = 0; i < side; i++) {
      next[i] = biasStd * stream.normal()
      for (let j = 0; j < side; j++) {
        const weight = gain * weights[i * side + j]
        next[i] += weight * activated[j]
        step[i * side + j] = weight * slopes[j]
      }
    }
    h = next
    const product: Float64Array = jacobian ? new Float64Array(side * side) : step
    if (jacobian) multiplyInto(product, step, jacobian, side, side, side)
    jacobian = product
  }
  const squares = singularValues(jacobian as Float64Array, side, side).map((s) => s * s)
  const mean = squares.reduce((sum, s) => sum + s, 0) / side
  const variance = squares.reduce((sum, s) => sum + (s - mean) ** 2, 0) / side
  return { mean, variance: variance / (mean * mean) }
}

const POINTS: readonly TheoryNetwork[] = [
  { activation: 'linear', gain: 1, biasStd: 0, depth: 10, scheme: 'eoi', density: 0.1 },
  { activation: 'linear', gain: 0.9, biasStd: 0, depth: 6, scheme: 'eoi', density: 0.3 },
  { activation: 'linear', gain: 1, biasStd: 0, depth: 4, scheme: 'scaled-base', density: 0.5 },
  { activation: 'linear', gain: 1, biasStd: 0, depth: 4, scheme: 'scaled-base', density: 0.25 },
  { activation: 'linear', gain: 1, biasStd: 0, depth: 3, scheme: 'base', density: 0.5 },
  { activation: 'linear', gain: 1, biasStd: 0, depth: 4, scheme: 'gaussian', density: 1 },
  { activation: 'tanh', gain: 1.0247, biasStd: 0.00448, depth: 8, scheme: 'scaled-base', density: 0.25 },
  { activation: 'tanh', gain: 1.2, biasStd: 0.3, depth: 4, scheme: 'eoi', density: 1 },
  { activation: 'relu', gain: Math.SQRT2, biasStd: 0, depth: 3, scheme: 'eoi', density: 1 },
  { activation: 'hard-tanh', gain: 1.1, biasStd: 0.1, depth: 4, scheme: 'scaled-base', density: 0.5 },
]

test.each(POINTS)(
  '$activation, σ_w $gain, $scheme at density $density, $depth layers: as drawn networks',
  (network) => {
    const stream = Stream.root(11)
    const draws = Array.from({ length: 8 }, () => simulate(network, 96, stream))
    const { meanSquared, varianceOverMeanSquared } = predictSpectrum(network)
    const check = (values: readonly number[], expected: number, bias: number): void => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
      const error = Math.sqrt(square / (values.length - 1) / values.length)
      expect(Math.abs(mean - expected)).toBeLessThan(4 * error + bias * expected + 1e-9)
    }
    check(
      draws.map(({ mean }) => mean),
      meanSquared ?? NaN,
      0.03,
    )
    // The finite width of 96 leaves some percent.
    check(
      draws.map(({ variance }) => variance),
      varianceOverMeanSquared ?? NaN,
      0.08,
    )
  },
)
