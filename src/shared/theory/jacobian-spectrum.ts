/**
 * What mean-field theory predicts for the squared singular values of a network's input-output Jacobian
 * (Pennington et al. 2017, arXiv 1711.04735, and 2018, arXiv 1802.09979), dense and sparse.
 */
import type { Activation } from '../graph/types.ts'
import { criticalGain, signalStatistics } from './mean-field.ts'
import type { SignalStatistics } from './mean-field.ts'

/**
 * `eoi`: exactly orthogonal at every density. `base`: an orthogonal matrix masked at random, which scales σ_w
 * by √density. `scaled-base`: that, with the gain corrected by 1/√density. `gaussian`: independent normal
 * entries, gain corrected.
 */
export const THEORY_SCHEMES = ['eoi', 'base', 'scaled-base', 'gaussian'] as const
export type TheoryScheme = (typeof THEORY_SCHEMES)[number]

export interface TheoryNetwork {
  readonly activation: Activation
  /** σ_w. */
  readonly gain: number
  /** σ_b, a standard deviation. */
  readonly biasStd: number
  /** Layers. */
  readonly depth: number
  readonly scheme: TheoryScheme
  /** In (0, 1]. */
  readonly density: number
}

export interface SpectrumPrediction extends SignalStatistics {
  /** σ_w that signals meet: √density times the gain for `base`. */
  readonly effectiveGain: number
  /** First moment of the weights' spectrum: 0 orthogonal, −1 Gaussian, density² − 1 masked orthogonal. */
  readonly s1: number
  /** χ^depth, which may leave the range of numbers; its logarithm does not. */
  readonly meanSquared: number | null
  readonly logMeanSquared: number | null
  /** Of the squared singular values, over the square of their mean: depth·(μ₂/μ₁² − 1 − s₁). */
  readonly varianceOverMeanSquared: number | null
}

/**
 * The prediction. A random mask of density d leaves an orthogonal matrix as √d·Q + √(1 − d)·G once its gain
 * is corrected, Q orthogonal and G Gaussian: hence s₁ = d² − 1.
 */
export function predictSpectrum(network: TheoryNetwork): SpectrumPrediction {
  const { activation, gain, biasStd, depth, scheme, density } = network
  const effectiveGain = scheme === 'base' ? gain * Math.sqrt(density) : gain
  const statistics = signalStatistics(activation, effectiveGain, biasStd)
  const { mu1, mu2, chi } = statistics
  const s1 = scheme === 'eoi' ? 0 : scheme === 'gaussian' ? -1 : density * density - 1
  const known = mu1 !== null && mu2 !== null && chi !== null
  return {
    ...statistics,
    effectiveGain,
    s1,
    meanSquared: known ? chi ** depth : null,
    logMeanSquared: known ? depth * Math.log(chi) : null,
    varianceOverMeanSquared: known ? depth * (mu2 / (mu1 * mu1) - 1 - s1) : null,
  }
}

/**
 * The σ_w that makes the scheme critical at this σ_b: of `base` more by 1/√density, which its mask takes
 * away. Null where there is none.
 */
export function criticalGainOf({ activation, biasStd, scheme, density }: TheoryNetwork): number | null {
  const gain = criticalGain(activation, biasStd)
  return gain === null || scheme !== 'base' ? gain : gain / Math.sqrt(density)
}
