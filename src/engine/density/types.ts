/**
 * Density distributions: answer, for each maskable kernel, how much of it is kept, and for scores also where.
 */
import type { ParameterSpec } from '../../shared/graph/types.ts'

export interface LayerDensity {
  readonly parameter: ParameterSpec
  /** Target density of this kernel in [0, 1]; 0 only by layer collapse. */
  readonly density: number
  /** round(density · entries), or the count that the scores kept. */
  readonly nonzeros: number
}

export interface DensityAnswer {
  readonly layers: readonly LayerDensity[]
  /** Masks that scores chose, by kernel name; absent for distributions that only fix densities. */
  readonly masks?: ReadonlyMap<string, Uint8Array>
  /** Warnings for the run (layer collapse and the like). */
  readonly notes: readonly string[]
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
   * divides the logits.
   */
  gradients(loss: 'cross-entropy' | 'negative-logit', temperature: number): Promise<Map<string, Float64Array>>
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
