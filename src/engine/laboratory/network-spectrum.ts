/** Networks drawn at random, and the spectrum of their input-output Jacobians, to hold theory against. */
import type {
  Measured,
  MeasuredDepth,
  MeasureRequest,
  NetworkMeasurement,
} from '../../shared/theory/requests.ts'
import { MOST_MEASURED_LAYERS } from '../../shared/theory/requests.ts'
import { ACTIVATION_CURVES } from '../../shared/theory/activations.ts'
import { ENSEMBLES } from '../../shared/theory/ensembles.ts'
import { predictSpectrum } from '../../shared/theory/jacobian-spectrum.ts'
import type { TheoryNetwork } from '../../shared/theory/jacobian-spectrum.ts'
import { eoiMatrix } from '../initialization/eoi-matrix.ts'
import { randomMask } from '../initialization/masks.ts'
import { haarOrthogonal } from '../linalg/householder.ts'
import { multiplyInto } from '../linalg/matmul.ts'
import { Stream } from '../rng.ts'
import { correctedMeans } from './tree-theory.ts'

/** Square weights [side, side] of a scheme, without the gain. Rows are outputs. */
export function drawnWeights(
  { scheme, density }: Pick<TheoryNetwork, 'scheme' | 'density'>,
  side: number,
  stream: Stream,
): Float64Array {
  const { kind, corrected } = ENSEMBLES[scheme]
  if (kind === 'independent') {
    // Independent entries of variance 1/side on average.
    const mask = randomMask(side * side, Math.round(density * side * side), stream)
    const deviation = 1 / Math.sqrt(side * density)
    return Float64Array.from(mask, (bit) => (bit === 1 ? deviation * stream.normal() : 0))
  }
  if (kind === 'rotated' && density < 1) {
    return eoiMatrix({ rows: side, cols: side, density: Math.max(density, 1 / side), stream }).values
  }
  const weights = haarOrthogonal(side, side, stream)
  if (density === 1) return weights
  const mask = randomMask(side * side, Math.round(density * side * side), stream)
  const factor = corrected ? 1 / Math.sqrt(density) : 1
  return weights.map((value, k) => value * mask[k] * factor)
}

/** Mean, and variance over mean², of the squared singular values: traces of JJᵀ and (JJᵀ)². */
function moments(jacobian: Float64Array, side: number): { mean: number; variance: number } {
  const transposed = new Float64Array(side * side)
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) transposed[j * side + i] = jacobian[i * side + j]
  const gram = new Float64Array(side * side)
  multiplyInto(gram, jacobian, transposed, side, side, side)
  let first = 0
  let second = 0
  for (let i = 0; i < side; i++) first += gram[i * side + i]
  for (const value of gram) second += value * value
  const mean = first / side
  return { mean, variance: mean === 0 ? 0 : second / side / (mean * mean) - 1 }
}

/** Variance of the first preactivations: the fixed point, or 1 where each variance stays or none does. */
export const startVariance = (network: TheoryNetwork): number => {
  const { qStar } = predictSpectrum(network)
  return typeof qStar === 'number' ? qStar : 1
}

interface Drawn {
  readonly mean: number[]
  readonly variance: number[]
  /** The weights of the first layer. */
  readonly first: Float64Array
}

/** One network of equal layers h ← W·φ(h) + b from normal h, and its moments behind every layer. */
async function drawNetwork(
  network: TheoryNetwork,
  side: number,
  layers: number,
  stream: Stream,
  check?: () => void | Promise<void>,
): Promise<Drawn> {
  const { value, slope } = ACTIVATION_CURVES[network.activation]
  const deviation = Math.sqrt(startVariance(network))
  let h = Float64Array.from({ length: side }, () => deviation * stream.normal())
  let jacobian: Float64Array | null = null
  let first: Float64Array | null = null
  const mean: number[] = []
  const variance: number[] = []
  for (let layer = 0; layer < layers; layer++) {
    await check?.()
    const weights = drawnWeights(network, side, stream)
    first ??= weights
    const activated = h.map(value)
    const slopes = h.map(slope)
    const next = new Float64Array(side)
    const step = new Float64Array(side * side)
    for (let i = 0; i < side; i++) {
      let sum = network.biasStd * stream.normal()
      for (let j = 0; j < side; j++) {
        const weight = network.gain * weights[i * side + j]
        sum += weight * activated[j]
        step[i * side + j] = weight * slopes[j]
      }
      next[i] = sum
    }
    h = next
    const product: Float64Array = jacobian ? new Float64Array(side * side) : step
    if (jacobian) multiplyInto(product, step, jacobian, side, side, side)
    jacobian = product
    const found = moments(jacobian, side)
    mean.push(found.mean)
    variance.push(found.variance)
  }
  return { mean, variance, first: first ?? new Float64Array(0) }
}

function summary(values: readonly number[]): Measured {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) }
}

/** Nonzeros and fourth moment of the rows of weights, on average. */
function rowMoments(weights: Float64Array, side: number): { nonzeros: number; fourth: number } {
  let nonzeros = 0
  let fourth = 0
  for (let i = 0; i < side; i++) {
    const row = weights.subarray(i * side, (i + 1) * side)
    const squares = row.reduce((sum, value) => sum + value * value, 0)
    nonzeros += row.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0)
    if (squares > 0) fourth += row.reduce((sum, value) => sum + value ** 4, 0) / squares ** 2
  }
  return { nonzeros: nonzeros / side, fourth: fourth / side }
}

export interface MeasureTools {
  /** Fraction in [0, 1]. */
  readonly onProgress?: (fraction: number) => void
  /** Awaited before each layer; throws to end the work. */
  readonly check?: () => void | Promise<void>
}

/**
 * Draws networks of the request, of at most MOST_MEASURED_LAYERS layers, and measures the squared singular
 * values of the Jacobian behind every layer; beside them the mean that the recursion over rows predicts. The
 * same request gives the same numbers.
 */
export async function measureNetworks(
  request: MeasureRequest,
  { onProgress, check }: MeasureTools = {},
): Promise<NetworkMeasurement> {
  const { width, networks, seed } = request
  const layers = Math.min(request.depth, MOST_MEASURED_LAYERS)
  const stream = Stream.root(seed).split('theory')
  const drawn: Drawn[] = []
  for (let index = 0; index < networks; index++) {
    drawn.push(await drawNetwork(request, width, layers, stream.split('network', index), check))
    onProgress?.((index + 1) / (networks + 1))
  }
  const corrected = await correctedMeans(
    request,
    drawn.map(({ first }) => first),
    layers,
    stream.split('rows'),
    check,
  )
  onProgress?.(1)
  const { nonzeros, fourth } = rowMoments(drawn[0].first, width)
  const depths = Array.from({ length: layers }, (_, k): MeasuredDepth => ({
    depth: k + 1,
    meanSquared: summary(drawn.map(({ mean }) => mean[k])),
    varianceOverMeanSquared: summary(drawn.map(({ variance }) => variance[k])),
    corrected: corrected[k],
  }))
  return { width, networks, depths, rowNonzeros: nonzeros, rowFourthMoment: fourth }
}
