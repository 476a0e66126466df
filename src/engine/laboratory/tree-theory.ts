/**
 * The mean of the squared singular values without taking preactivations as Gaussian.
 *
 * The mean is the mean over units of s_i = (J·Jᵀ)_ii. Behind a layer h_i = Σ_j w_ij φ(h_j) + b_i,
 *
 *     s_i = Σ_jk w_ij w_ik φ′(h_j) φ′(h_k) (J·Jᵀ)_jk,
 *
 * where the terms j ≠ k have mean 0 and random signs, so that s_i = Σ_j w_ij² φ′(h_j)² s_j. Mean-field theory
 * replaces h by a Gaussian and s by its mean. With few nonzeros a row neither holds: h_i is close to one or
 * two of its inputs, and a unit whose inputs were small (φ′ large, s large) is small itself, so that s is
 * large where φ′ is large, and the mean grows above χ^L. Pairs (h, s) of independent units, combined by rows
 * as they are, follow both: a recursion of distributions, exact for random sparse networks whose
 * neighbourhoods are trees. It knows of the weights what moments beyond the second, first of all Σ_j w_ij⁴,
 * say; where that vanishes it is mean-field theory.
 */
import { ACTIVATION_CURVES } from '../../shared/theory/activations.ts'
import { predictSpectrum } from '../../shared/theory/jacobian-spectrum.ts'
import type { TheoryNetwork } from '../../shared/theory/jacobian-spectrum.ts'
import type { Stream } from '../rng.ts'

/** Pairs that stand for a distribution. */
const POPULATION = 40_000

/** The nonzeros of one row. */
type Row = Float64Array

const rowsOf = (weights: Float64Array, side: number): Row[] =>
  Array.from({ length: side }, (_, i) => weights.subarray(i * side, (i + 1) * side).filter((w) => w !== 0))

/**
 * Predicted mean behind 1, 2, … layers, for rows drawn from `matrices` (square, without the gain). Its
 * Monte-Carlo error is about 1/√40,000 of the spread of s a layer.
 */
export async function correctedMeans(
  network: TheoryNetwork,
  matrices: readonly Float64Array[],
  layers: number,
  stream: Stream,
  check?: () => void | Promise<void>,
): Promise<number[]> {
  const { value, slope } = ACTIVATION_CURVES[network.activation]
  const { qStar } = predictSpectrum(network)
  const deviation = Math.sqrt(typeof qStar === 'number' ? qStar : 1)
  const rows = matrices.flatMap((weights) => rowsOf(weights, Math.sqrt(weights.length)))
  let h = new Float64Array(POPULATION).map(() => deviation * stream.normal())
  let s = new Float64Array(POPULATION).fill(1)
  const means: number[] = []
  for (let layer = 0; layer < layers; layer++) {
    await check?.()
    const activated = h.map(value)
    const carried = s.map((each, k) => each * slope(h[k]) ** 2)
    const nextH = new Float64Array(POPULATION)
    const nextS = new Float64Array(POPULATION)
    let total = 0
    for (let k = 0; k < POPULATION; k++) {
      let sum = network.biasStd * stream.normal()
      let squares = 0
      for (const entry of rows[stream.integer(rows.length)]) {
        const weight = network.gain * entry
        const from = stream.integer(POPULATION)
        sum += weight * activated[from]
        squares += weight * weight * carried[from]
      }
      nextH[k] = sum
      nextS[k] = squares
      total += squares
    }
    h = nextH
    s = nextS
    means.push(total / POPULATION)
  }
  return means
}
