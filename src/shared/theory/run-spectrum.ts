/** The spectrum that a run measured at its initialization, beside what theory predicts for its network. */
import { BenchError } from '../contract/errors.ts'
import type { RunSpec } from '../spec/schema.ts'
import { inputOf } from '../spec/data-shapes.ts'
import { predictSpectrum } from './jacobian-spectrum.ts'
import { nextVariance, slopeMoment } from './mean-field.ts'
import type { TheoryNetwork } from './jacobian-spectrum.ts'
import { theoryOf } from './verdict.ts'

/** Where a run stores the singular values. */
export const SINGULAR_VALUES = { phase: 'initialization', name: 'jacobian-singular' } as const

export interface SpectrumMoments {
  /** Of the squared singular values. */
  readonly meanSquared: number
  readonly varianceOverMeanSquared: number
}

export interface RunSpectrum {
  readonly network: TheoryNetwork
  /** With signals of variance q* in all layers. */
  readonly predicted: SpectrumMoments
  /** With signals that begin at the mean square of standardised inputs, 1, and change from layer to layer. */
  readonly fromInputs: SpectrumMoments
  readonly measured: SpectrumMoments
  /** Singular values that were measured, over all inputs. */
  readonly count: number
  /** Logits over units of a hidden layer: how much the classifier narrows the spectrum. */
  readonly part: number
}

/** Moments of singular values, squared; the variance is that of all of them. */
export function momentsOf(singular: readonly number[]): SpectrumMoments {
  const squares = singular.map((value) => value * value)
  const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length
  const variance = squares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / squares.length
  return { meanSquared: mean, varianceOverMeanSquared: variance / mean ** 2 }
}

/**
 * What theory predicts for the Jacobian of the logits of an MLP: L layers with their activations, and a
 * linear classifier, whose k logits look at k of n directions. A random projection of a spectrum onto a
 * part α = k/n of its directions keeps its mean and α of its variance over mean² (E tr (PAP)²/k = α·m₂ + (1
 * − α)·m₁² for large n). Null for other models, for schemes that theory has nothing to say of, and where
 * signals grow without bound.
 */
export function predictRun(spec: RunSpec): Omit<RunSpectrum, 'measured' | 'count'> | null {
  const network = spec.model.name === 'mlp' ? theoryOf(spec) : null
  if (network === null) return null
  const layers = predictSpectrum(network)
  const classifier = predictSpectrum({ ...network, activation: 'linear', biasStd: 0, depth: 1 })
  const [mean, variance] = [layers.meanSquared, layers.varianceOverMeanSquared]
  if (mean === null || variance === null) return null
  const { classes } = inputOf(spec.data, {})
  const width = Math.max(1, Math.round(spec.model.width * spec.model.widthMultiplier))
  const part = Math.min(1, classes / width)
  return {
    network,
    part,
    fromInputs: followed(network, part),
    predicted: {
      meanSquared: mean * layers.effectiveGain ** 2,
      varianceOverMeanSquared: part * (variance + (classifier.varianceOverMeanSquared ?? 0)),
    },
  }
}

/** The prediction with the variance of preactivations followed through the layers. */
function followed(network: TheoryNetwork, part: number): SpectrumMoments {
  const { activation, depth, biasStd } = network
  const { effectiveGain: gain, s1 } = predictSpectrum(network)
  let q = gain ** 2 + biasStd ** 2
  let [log, variance] = [2 * Math.log(gain), -s1]
  for (let layer = 0; layer < depth; layer++) {
    const mu1 = slopeMoment(activation, q, 1)
    log += Math.log(gain * gain * mu1)
    variance += slopeMoment(activation, q, 2) / mu1 ** 2 - 1 - s1
    q = nextVariance(activation, gain, biasStd, q)
  }
  return { meanSquared: Math.exp(log), varianceOverMeanSquared: part * variance }
}

/** Both, of the values that a run stored (`initialization.jacobian-singular`); null as predictRun. */
export function runSpectrum(spec: RunSpec, singular: readonly number[]): RunSpectrum | null {
  const predicted = predictRun(spec)
  if (predicted === null || singular.length === 0) return null
  return { ...predicted, measured: momentsOf(singular), count: singular.length }
}

/** Why a run has no such comparison. */
export function noSpectrum(id: number, spec: RunSpec, values: number): BenchError {
  const message =
    values === 0
      ? `Run ${id} took no spectrum; with training.spectrum initialization it does.`
      : 'Theory predicts spectra of MLPs of orthogonal, masked or Gaussian weights whose signals stay ' +
        `finite; run ${id} (${spec.model.name}, ${spec.initialization.scheme}) is none.`
  return new BenchError('impossible', message, 'run')
}

/** Sentences that belong to the numbers. */
export function runSpectrumNotes({ count, part }: RunSpectrum): string[] {
  return [
    `${count} singular values of the Jacobian of the logits, over all inputs of the run. The classifier ` +
      `looks at a part of ${Number(part.toPrecision(3))} of the directions, which keeps the mean and that ` +
      'part of the variance.',
    'At q*: all preactivations at the variance that depth leads to. From the inputs: at that of ' +
      'standardised inputs in the first layer, and followed from there. Both take preactivations as ' +
      'Gaussian and layers as wide; rows of few nonzeros, and rows that see a part of the inputs alone, ' +
      'leave them.',
  ]
}
