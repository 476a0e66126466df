import type { ParameterSpec } from '../../shared/graph/types.ts'
import { applyMask } from '../init/masks.ts'
import { largest } from '../linalg/largest.ts'
import type { Distribution } from './distribution.ts'
import { fromMasks } from './kernels.ts'
import { arrayOf, concatenate, partMask, requireScores } from './scores.ts'
import type { ScoreEngine } from './types.ts'

export const SYNFLOW_ROUNDS = 100

/** Scores below this, or not finite, mean that the flow has left the range of float32. */
const SMALLEST_FLOW = 1e-30

type Arrays = Map<string, Float64Array>

/** Σ of a kernel's absolute values over one output unit, on average: what the layer multiplies a flow of ones by. */
function amplification(kernel: ParameterSpec, values: Float64Array): number {
  const units = kernel.depthwise ? kernel.shape[2] : kernel.shape[kernel.shape.length - 1]
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]
  return sum / units
}

/** Each kernel divided by its amplification, so that a flow of ones stays near one through any depth. */
function levelled(kernels: readonly ParameterSpec[], weights: Arrays): Arrays {
  return new Map(kernels.map((kernel) => {
    const values = arrayOf(weights, kernel)
    const factor = amplification(kernel, values)
    return [kernel.name, factor > 0 ? values.map((value) => value / factor) : values]
  }))
}

/** |θ·∂R/∂θ| of every kernel in one array; infinite or NaN where the network overflows. */
async function flow(
  engine: ScoreEngine, kernels: readonly ParameterSpec[], weights: Arrays, output: 'logits' | 'log-softmax', level: boolean,
): Promise<Float64Array> {
  const used = level ? levelled(kernels, weights) : weights
  const gradients = await engine.synapticFlow(used, output, level ? 'none' : 'absolute')
  return concatenate(kernels, (kernel, out) => {
    const values = arrayOf(used, kernel)
    const gradient = arrayOf(gradients, kernel)
    for (let k = 0; k < out.length; k++) {
      // What is pruned scores 0, also where its gradient overflows.
      const score = values[k] === 0 ? 0 : Math.abs(values[k] * gradient[k])
      out[k] = Number.isNaN(score) ? Number.POSITIVE_INFINITY : score
    }
  })
}

/** Whether every kernel that still has weights has a flow in float32's range. */
function usable(kernels: readonly ParameterSpec[], weights: Arrays, scores: Float64Array): boolean {
  let offset = 0
  for (const kernel of kernels) {
    const values = arrayOf(weights, kernel)
    let highest = 0
    let alive = false
    for (let k = 0; k < values.length; k++) {
      if (values[k] !== 0) alive = true
      highest = Math.max(highest, scores[offset + k])
    }
    if (!Number.isFinite(highest) || (alive && highest < SMALLEST_FLOW)) return false
    offset += values.length
  }
  return true
}

/**
 * SynFlow (Tanaka et al. 2020, arXiv 2006.05467), without data: absolute values of all parameters, an input of ones,
 * R = Σ logits, score |θ·∂R/∂θ|. 100 rounds; round k removes the ⌊(1 − d^(k/100))·entries⌋ lowest scores.
 *
 * A flow that leaves float32's range (deep networks) is levelled: each kernel is divided by its mean input sum, and
 * biases are left out. Where the network is homogeneous (linear, relu, leaky relu without biases) this multiplies all
 * scores by one number and changes no mask; saturating activations are then used where they do not saturate. Noted.
 *
 * Variant published: the public code sums log-softmax outputs of its ResNet and VGG.
 */
export const synflow: Distribution = async (request) => {
  const engine = requireScores(request, 'SynFlow', 'an engine')
  const { kernels, density, variant, onProgress } = request
  const output = variant === 'published' && request.publishedLogSoftmax ? 'log-softmax' : 'logits'
  const weights: Arrays = new Map(kernels.map((kernel) => [kernel.name, arrayOf(engine.values, kernel).map(Math.abs)]))
  const notes: string[] = []
  let masks = new Map<string, Uint8Array>()
  let level = false
  for (let round = 1; round <= SYNFLOW_ROUNDS; round++) {
    let scores = await flow(engine, kernels, weights, output, level)
    if (!level && !usable(kernels, weights, scores)) {
      level = true
      notes.push(`SynFlow: the flow leaves the range of float32 in round ${round}; kernels are levelled from there on.`)
      scores = await flow(engine, kernels, weights, output, level)
    }
    const removed = Math.floor((1 - density ** (round / SYNFLOW_ROUNDS)) * scores.length)
    masks = partMask(kernels, largest(scores, scores.length - removed))
    for (const kernel of kernels) applyMask(arrayOf(weights, kernel), arrayOf(masks, kernel))
    onProgress?.(round / SYNFLOW_ROUNDS)
  }
  return fromMasks(kernels, masks, notes)
}
