/**
 * Density distributions: say, for each maskable kernel, how much of it is kept, and for scores also where.
 */
import type { ParameterSpec, Shape } from '../../shared/graph/types.ts'

export interface LayerDensity {
  readonly parameter: ParameterSpec
  /** Target density of this kernel in [0, 1]; 0 only by layer collapse. */
  readonly density: number
  /** round(density · entries), or the count that the scores kept. */
  readonly nonzeros: number
}

export interface DensityResult {
  readonly layers: readonly LayerDensity[]
  /** Masks that scores chose, by kernel name; absent for distributions that only fix densities. */
  readonly masks?: ReadonlyMap<string, Uint8Array>
  /** Warnings for the run (layer collapse and the like). */
  readonly notes: readonly string[]
}

export interface KernelDistance {
  readonly value: number
  readonly first: ReadonlyMap<string, Float64Array>
  readonly second: ReadonlyMap<string, Float64Array>
}

/**
 * What a score method may ask of the engine. `kernels` are always all maskable kernels, by name.
 * The implementation is compiled once per model and batch (engine/train/score-engine.ts).
 */
export interface ScoreEngine {
  readonly kernels: readonly ParameterSpec[]
  /** Values of the kernels that the scores are taken at (Base initialization). */
  readonly values: ReadonlyMap<string, Float64Array>
  /**
   * Gradient of the loss over the score batch(es) with respect to each kernel; `loss` as asked, `temperature`
   * divides the logits. `kernels`: values of the kernels to take it at, masked ones 0, in place of `values`.
   */
  gradients(
    loss: 'cross-entropy' | 'negative-logit',
    temperature: number,
    kernels?: ReadonlyMap<string, Float64Array>,
  ): Promise<Map<string, Float64Array>>
  /**
   * How far two networks that differ in their kernels are apart: the mean over inputs `x` [batch,
   * …inputShape] of ‖f(x; first) − f(x; second)‖², and its gradients with respect to the kernels of either.
   * Batch statistics, biases and shifts 0.
   */
  distance(
    first: ReadonlyMap<string, Float64Array>,
    second: ReadonlyMap<string, Float64Array>,
    x: Float64Array,
  ): Promise<KernelDistance>
  /** Of one example. */
  readonly inputShape: Shape
  /** Of a model that reads tokens how many there are; null or left out for one that reads numbers. */
  readonly vocabulary?: number | null
  /**
   * H·g of the loss, exact, with g the gradient over the same sample, summed over its batches; both answered.
   */
  hessianGradient(
    temperature: number,
    onProgress?: (fraction: number) => void,
  ): Promise<{ gradient: Map<string, Float64Array>; product: Map<string, Float64Array> }>
  /**
   * SynFlow: ∂R/∂θ of R = Σ outputs (logits, or their log-softmax) of the network of absolute values
   * `kernels` (masked ones 0), input of ones, batch norm in evaluation mode. Kernels are scaled by the caller
   * where deep networks would overflow; `biases` is then 'none' and the engine takes every bias as 0
   * (default: their absolute values).
   */
  synapticFlow(
    kernels: ReadonlyMap<string, Float64Array>,
    output: 'logits' | 'log-softmax',
    biases?: 'absolute' | 'none',
  ): Promise<Map<string, Float64Array>>
}
