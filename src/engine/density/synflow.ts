import type { Activation, ParameterSpec } from '../../shared/graph/types.ts'
import { saturates } from '../../shared/theory/activations.ts'
import { applyMask } from '../initialization/masks.ts'
import { largest } from '../linalg/largest.ts'
import type { Distribution } from './distribution.ts'
import { entriesOf, fromMasks } from './kernels.ts'
import { arrayOf, concatenate, partMask, requireScores } from './scores.ts'
import { publishedSynflow } from './synflow-published.ts'
import type { ScoreEngine } from './types.ts'

/** Also of the public code. */
export const SYNFLOW_ROUNDS = 100

/** Scores below this, or not finite, mean that the flow is lost. */
const SMALLEST_FLOW = 1e-30

type Arrays = Map<string, Float64Array>

/** The flow into a levelled network: so small that tanh and its like are linear through a thousand layers. */
const SMALL_INPUT = 1e-3

/**
 * What levelled kernels are multiplied by: 1, or 2 where the activation halves small inputs (swish, gelu).
 */
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

/**
 * The flow as the next kernel's input: as it is, repeated (after flattening), or ones where the layers are no
 * chain.
 */
function fitted(flow: Float64Array, channels: number): Float64Array {
  if (channels % flow.length !== 0) return new Float64Array(channels).fill(1)
  return channels === flow.length
    ? flow
    : Float64Array.from({ length: channels }, (_, k) => flow[k % flow.length])
}

/**
 * Each kernel divided by what it multiplies the flow by on average (followed through the kernels in their
 * order, as if they were a chain) and times `level`, so that the flow keeps its size through any depth.
 * Written into `out`.
 */
function levelInto(out: Arrays, weights: Arrays, kernels: readonly ParameterSpec[], level: number): void {
  let flow = new Float64Array(1).fill(1)
  kernels.forEach((kernel, layer) => {
    const values = arrayOf(weights, kernel)
    const levelled = arrayOf(out, kernel)
    const output = flowThrough(kernel, values, fitted(flow, kernel.shape[kernel.shape.length - 2]))
    const mean = output.reduce((sum, value) => sum + value, 0) / output.length
    flow = mean > 0 ? output.map((value) => value / mean) : new Float64Array(1).fill(1)
    const factor = mean > 0 ? (level * (layer === 0 ? SMALL_INPUT : 1)) / mean : 1
    for (let k = 0; k < values.length; k++) levelled[k] = values[k] * factor
  })
}

/** Why the flow is levelled, and what that does to the scores. */
function levellingNote(lost: 'overflow' | 'vanished', round: number, activation?: Activation): string {
  const then = 'kernels are levelled from there on'
  if (lost === 'overflow') return `SynFlow: the flow is larger than float32 holds in round ${round}; ${then}.`
  if (activation !== undefined && saturates(activation))
    return (
      `SynFlow: absolute weights saturate ${activation} in round ${round}, and all scores of a kernel are ` +
      `0; ${then}, which scores ${activation} in its linear part (not what SynFlow’s definition gives).`
    )
  return `SynFlow: the flow is smaller than float32 tells from 0 in round ${round}; ${then}.`
}

/** The rounds' arrays: made once, since a thousand layers have millions of entries. */
class Flow {
  readonly kernels: readonly ParameterSpec[]
  /** Absolute values, 0 where pruned: views into one array. */
  readonly weights: Arrays
  readonly #all: Float64Array
  readonly #levelled: Arrays
  readonly #scores: Float64Array
  readonly #engine: ScoreEngine
  readonly #output: 'logits' | 'log-softmax'

  constructor(engine: ScoreEngine, kernels: readonly ParameterSpec[], output: 'logits' | 'log-softmax') {
    this.kernels = kernels
    this.#engine = engine
    this.#output = output
    this.#all = concatenate(kernels, (kernel, out) => {
      const values = arrayOf(engine.values, kernel)
      for (let k = 0; k < out.length; k++) out[k] = Math.abs(values[k])
    })
    this.weights = viewsOf(kernels, this.#all)
    this.#levelled = viewsOf(kernels, new Float64Array(this.#all.length))
    this.#scores = new Float64Array(this.#all.length)
  }

  get entries(): number {
    return this.#all.length
  }

  /** |θ·∂R/∂θ| of every entry, valid until the next call; infinite where the network overflows. */
  async scores(level: number | null): Promise<Float64Array> {
    if (level !== null) levelInto(this.#levelled, this.weights, this.kernels, level)
    const used = level === null ? this.weights : this.#levelled
    const gradients = await this.#engine.synapticFlow(
      used,
      this.#output,
      level === null ? 'absolute' : 'none',
    )
    const scores = this.#scores
    let at = 0
    for (const kernel of this.kernels) {
      const values = arrayOf(used, kernel)
      const gradient = arrayOf(gradients, kernel)
      for (let k = 0; k < values.length; k++) {
        // What is pruned scores 0, also where its gradient overflows.
        const score = values[k] === 0 ? 0 : Math.abs(values[k] * gradient[k])
        scores[at++] = Number.isNaN(score) ? Number.POSITIVE_INFINITY : score
      }
    }
    return scores
  }

  /**
   * Whether the scores of some kernel that still has weights have left what float32 tells apart: beyond its
   * range, or all of them next to 0. Null where every kernel's can be used.
   */
  lost(scores: Float64Array): 'overflow' | 'vanished' | null {
    let at = 0
    for (const kernel of this.kernels) {
      const values = arrayOf(this.weights, kernel)
      let highest = 0
      let alive = false
      for (let k = 0; k < values.length; k++, at++) {
        if (values[k] !== 0) alive = true
        if (scores[at] > highest) highest = scores[at]
      }
      if (highest === Number.POSITIVE_INFINITY) return 'overflow'
      if (alive && highest < SMALLEST_FLOW) return 'vanished'
    }
    return null
  }

  /**
   * Prunes what is not among the `count` largest scores, or, inverted, the lowest of what is left; returns
   * the mask over all entries.
   */
  keep(scores: Float64Array, count: number, inverted = false): Uint8Array {
    const all = this.#all
    const mask = inverted
      ? largest(
          scores.map((score, k) => (all[k] === 0 ? -Infinity : -score)),
          count,
        )
      : largestPositive(scores, count)
    applyMask(this.#all, mask)
    return mask
  }
}

/**
 * `largest`, with the selection among the positive scores alone where they suffice: most are pruned, and 0,
 * late on.
 */
function largestPositive(scores: Float64Array, count: number): Uint8Array {
  let positive = 0
  for (let k = 0; k < scores.length; k++) if (scores[k] > 0) positive++
  if (positive < count || positive * 2 > scores.length) return largest(scores, count)
  const compact = new Float64Array(positive)
  for (let k = 0, at = 0; k < scores.length; k++) if (scores[k] > 0) compact[at++] = scores[k]
  const chosen = largest(compact, count)
  const mask = new Uint8Array(scores.length)
  for (let k = 0, at = 0; k < scores.length; k++) if (scores[k] > 0) mask[k] = chosen[at++]
  return mask
}

function viewsOf(kernels: readonly ParameterSpec[], all: Float64Array): Arrays {
  let offset = 0
  return new Map(
    kernels.map((kernel) => {
      const view = all.subarray(offset, offset + entriesOf(kernel))
      offset += view.length
      return [kernel.name, view]
    }),
  )
}

/**
 * SynFlow (Tanaka et al. 2020, arXiv 2006.05467), without data: absolute values of all parameters, an input
 * of ones, R = Σ logits, score |θ·∂R/∂θ|. 100 rounds; round k removes the ⌊(1 − d^(k/100))·entries⌋ lowest
 * scores.
 *
 * A flow that is lost in float32 is levelled: each kernel is divided by what it multiplies the flow by, the
 * input is made small, and biases are left out. There are two causes. Deep networks leave float32's range:
 * where the network is homogeneous (linear, relu, leaky relu without biases), levelling multiplies all scores
 * by one number and changes no mask. And absolute weights saturate tanh, hard tanh and sigmoid, at any depth:
 * scores of the kernels before saturated units are then 0, and literally taken they would be emptied.
 * Levelled,
 * they are scored in their linear part, where SynFlow's conservation law holds and no layer starves: an
 * addition to the definition, which the note says.
 *
 * Variant published: synflow-published.ts; published-earlier sums log-softmax outputs for the same networks.
 */
export const synflow: Distribution = async (request) => {
  if (request.variant === 'published') return publishedSynflow(request)
  const engine = requireScores(request, 'SynFlow', 'an engine')
  const { kernels, density, variant, onProgress } = request
  const output = variant === 'published-earlier' && request.publishedLogSoftmax ? 'log-softmax' : 'logits'
  const flow = new Flow(engine, kernels, output)
  const notes: string[] = []
  let mask: Uint8Array = new Uint8Array(flow.entries)
  let level: number | null = null
  for (let round = 1; round <= SYNFLOW_ROUNDS; round++) {
    let scores = await flow.scores(level)
    const lost = level === null ? flow.lost(scores) : null
    if (lost !== null) {
      notes.push(levellingNote(lost, round, request.activation))
      for (level of LEVELS) {
        scores = await flow.scores(level)
        if (flow.lost(scores) === null) break
      }
    }
    const removed = Math.floor((1 - density ** (round / SYNFLOW_ROUNDS)) * scores.length)
    mask = flow.keep(scores, scores.length - removed, request.inverted)
    onProgress?.(round / SYNFLOW_ROUNDS)
  }
  return fromMasks(kernels, partMask(kernels, mask), notes)
}
