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

/** The flow into a levelled network: so small that tanh and its like are linear through a thousand layers. */
const SMALL_INPUT = 1e-3

/** What levelled kernels are multiplied by: 1, or 2 where the activation halves small inputs (swish, gelu). */
const LEVELS = [1, 2] as const

/** What a flow over the input channels becomes over the output channels, summed over a kernel's positions. */
function flowThrough(kernel: ParameterSpec, values: Float64Array, input: Float64Array): Float64Array {
  const channels = kernel.shape[kernel.shape.length - (kernel.depthwise ? 2 : 1)]
  const output = new Float64Array(channels)
  if (kernel.depthwise) {
    for (let k = 0; k < values.length; k++) output[k % channels] += input[k % channels] * values[k]
    return output
  }
  const inputs = kernel.shape[kernel.shape.length - 2]
  for (let row = 0, k = 0; k < values.length; row++) {
    const x = input[row % inputs]
    for (let j = 0; j < channels; j++, k++) output[j] += x * values[k]
  }
  return output
}

/** The flow as the next kernel's input: as it is, repeated (after flattening), or ones where the layers are no chain. */
function fitted(flow: Float64Array, channels: number): Float64Array {
  if (channels % flow.length !== 0) return new Float64Array(channels).fill(1)
  return channels === flow.length ? flow : Float64Array.from({ length: channels }, (_, k) => flow[k % flow.length])
}

/**
 * Each kernel divided by what it multiplies the flow by on average (followed through the kernels in their order, as if
 * they were a chain) and times `level`, so that the flow keeps its size through any depth.
 */
function levelled(kernels: readonly ParameterSpec[], weights: Arrays, level: number): Arrays {
  let flow = new Float64Array(1).fill(1)
  return new Map(kernels.map((kernel, k) => {
    const values = arrayOf(weights, kernel)
    const output = flowThrough(kernel, values, fitted(flow, kernel.shape[kernel.shape.length - 2]))
    const mean = output.reduce((sum, value) => sum + value, 0) / output.length
    flow = mean > 0 ? output.map((value) => value / mean) : new Float64Array(1).fill(1)
    const factor = mean > 0 ? (level * (k === 0 ? SMALL_INPUT : 1)) / mean : 1
    return [kernel.name, values.map((value) => value * factor)]
  }))
}

/** |θ·∂R/∂θ| of every kernel in one array; infinite or NaN where the network overflows. */
async function flow(
  engine: ScoreEngine, kernels: readonly ParameterSpec[], weights: Arrays, output: 'logits' | 'log-softmax', level: number | null,
): Promise<Float64Array> {
  const used = level === null ? weights : levelled(kernels, weights, level)
  const gradients = await engine.synapticFlow(used, output, level === null ? 'absolute' : 'none')
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
 * A flow that leaves float32's range (deep networks) is levelled: each kernel is divided by what it multiplies the
 * flow by, the input is made small, and biases are left out. Where the network is homogeneous (linear, relu, leaky relu without
 * biases) this multiplies all scores by one number and changes no mask. Saturating activations are then used in their
 * linear part, where SynFlow's conservation law holds and no layer starves; literally taken, a deep tanh network of
 * absolute weights is saturated throughout and all its scores are 0. Noted.
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
  let level: number | null = null
  for (let round = 1; round <= SYNFLOW_ROUNDS; round++) {
    let scores = await flow(engine, kernels, weights, output, level)
    if (level === null && !usable(kernels, weights, scores)) {
      notes.push(`SynFlow: the flow leaves the range of float32 in round ${round}; kernels are levelled from there on.`)
      for (level of LEVELS) {
        scores = await flow(engine, kernels, weights, output, level)
        if (usable(kernels, weights, scores)) break
      }
    }
    const removed = Math.floor((1 - density ** (round / SYNFLOW_ROUNDS)) * scores.length)
    masks = partMask(kernels, largest(scores, scores.length - removed))
    for (const kernel of kernels) applyMask(arrayOf(weights, kernel), arrayOf(masks, kernel))
    onProgress?.(round / SYNFLOW_ROUNDS)
  }
  return fromMasks(kernels, masks, notes)
}
