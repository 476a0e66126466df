/**
 * Mean-field theory of signals in wide random networks: the fixed point of the variance, criticality, and the
 * depth that correlations reach (Poole et al. 2016, arXiv 1606.05340; Schoenholz et al. 2017, arXiv
 * 1611.01232).
 *
 * It takes preactivations as Gaussian. That holds where each unit sums many inputs; an EOI row of few
 * nonzeros is no such sum, and measured spectra then lie above (methods page).
 */
import type { Activation } from '../graph/types.ts'
import { ACTIVATION_CURVES } from './activations.ts'
import { scaledNormalMean } from './quadrature.ts'
import { bracketedRoot } from './root.ts'

/**
 * The variance of preactivations that depth leads to, from 1. `any`: each variance stays as it is (a
 * homogeneous activation on its critical point). Null: it grows without bound.
 */
export type FixedPoint = number | 'any' | null

export interface SignalStatistics {
  readonly qStar: FixedPoint
  /** E φ′(√q* z)² and ⁴; null where q* is. */
  readonly mu1: number | null
  readonly mu2: number | null
  /** σ_w²·μ₁: what a layer multiplies the squared size of a gradient by; 1 is critical. */
  readonly chi: number | null
  /** −1/ln χ layers: how far correlations reach; negative above criticality, null at it or without χ. */
  readonly xi: number | null
}

/** Variances beyond these count as gone. */
const LARGEST = 1e9
const SMALLEST = 1e-12
/** Ratio of the steps that look for a fixed point. */
const STEP = 1.25

/** E φ′(√q z)^(2k); at q = 0 the mean of both sides' slopes. */
export function slopeMoment(activation: Activation, q: number, k: 1 | 2): number {
  const { slope, kinks } = ACTIVATION_CURVES[activation]
  if (q === 0) return (slope(-1e-12) ** (2 * k) + slope(1e-12) ** (2 * k)) / 2
  return scaledNormalMean((x) => slope(x) ** (2 * k), Math.sqrt(q), kinks)
}

/** The next layer's variance: σ_w²·E φ(√q z)² + σ_b². */
export function nextVariance(activation: Activation, gain: number, biasStd: number, q: number): number {
  const { value, kinks } = ACTIVATION_CURVES[activation]
  const mean = q > 0 ? scaledNormalMean((x) => value(x) ** 2, Math.sqrt(q), kinks) : value(0) ** 2
  return gain * gain * mean + biasStd * biasStd
}

function homogeneousFixedPoint(chi: number, biasStd: number): FixedPoint {
  if (Math.abs(chi - 1) < 1e-12) return biasStd === 0 ? 'any' : null
  return chi < 1 ? (biasStd * biasStd) / (1 - chi) : null
}

/**
 * q*, the limit of the variance from 1. The map grows with q, so the limit is the nearest fixed point on the
 * side that the first step goes to: it is enclosed by steps of a quarter and then found to 1e-15 of itself.
 */
export function fixedPoint(activation: Activation, gain: number, biasStd: number): FixedPoint {
  if (ACTIVATION_CURVES[activation].homogeneous)
    return homogeneousFixedPoint(gain * gain * slopeMoment(activation, 1, 1), biasStd)
  const grows = (q: number): boolean => nextVariance(activation, gain, biasStd, q) > q
  const up = grows(1)
  let [near, far] = [1, up ? STEP : 1 / STEP]
  while (grows(far) === up) {
    if (far > LARGEST) return null
    if (far < SMALLEST) return 0
    near = far
    far = up ? far * STEP : far / STEP
  }
  return bracketedRoot((q) => nextVariance(activation, gain, biasStd, q) - q, near, far, 1e-15)
}

/** Answers of the last questions: a form asks the same of one network again and again. */
const remembered = new Map<string, SignalStatistics>()
const MOST_REMEMBERED = 4096

/** Everything of one (σ_w, σ_b). */
export function signalStatistics(activation: Activation, gain: number, biasStd: number): SignalStatistics {
  const key = `${activation} ${gain} ${biasStd}`
  const statistics = remembered.get(key) ?? computeStatistics(activation, gain, biasStd)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(key, statistics)
  return statistics
}

function computeStatistics(activation: Activation, gain: number, biasStd: number): SignalStatistics {
  const qStar = fixedPoint(activation, gain, biasStd)
  const { homogeneous } = ACTIVATION_CURVES[activation]
  if (qStar === null && !homogeneous) return { qStar, mu1: null, mu2: null, chi: null, xi: null }
  const q = typeof qStar === 'number' && !homogeneous ? qStar : 1
  const mu1 = slopeMoment(activation, q, 1)
  const chi = gain * gain * mu1
  return {
    qStar,
    mu1,
    mu2: slopeMoment(activation, q, 2),
    chi,
    xi: Math.abs(chi - 1) < 1e-12 ? null : -1 / Math.log(chi),
  }
}

/**
 * The point (σ_w, σ_b) of the critical line whose variance of preactivations is q: χ = 1 there gives σ_w, and
 * q = q* then σ_b. Null where that is none: σ_b² would be negative, or q is not approached.
 */
export function criticalPoint(activation: Activation, q: number): { gain: number; biasStd: number } | null {
  const gain = 1 / Math.sqrt(slopeMoment(activation, q, 1))
  const square = q - nextVariance(activation, gain, 0, q)
  if (!(square >= 0) || !Number.isFinite(gain)) return null
  const biasStd = Math.sqrt(square)
  const beyond = q * 1.01
  return nextVariance(activation, gain, biasStd, beyond) < beyond ? { gain, biasStd } : null
}

/**
 * The σ_w with χ = 1 at this σ_b, from 0.01 to 100: the least, where the network passes from ordered to
 * chaotic. Null where there is none, as where the variance runs away before.
 */
export function criticalGain(activation: Activation, biasStd: number): number | null {
  if (ACTIVATION_CURVES[activation].homogeneous) return 1 / Math.sqrt(slopeMoment(activation, 1, 1))
  const excess = (gain: number): number => (signalStatistics(activation, gain, biasStd).chi ?? Infinity) - 1
  let low = 0.01
  let high = low
  while (excess(high) < 0) {
    low = high
    high *= STEP
    if (high > 100) return null
  }
  const gain = bracketedRoot(excess, low, high, 1e-13)
  // A jump over 1 is no critical point.
  return Math.abs(excess(gain)) < 1e-6 ? gain : null
}
