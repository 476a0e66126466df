/** What the compiler hands to the trainer, the scores and the spectra. */
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import type { Program } from '../backend/types.ts'
import type { FloatArray } from '../ops/ir.ts'

/** Where a parameter lives: alone in a variable, or as slice `index` of a stack of equal shapes. */
export interface ParameterSlot {
  readonly parameter: ParameterSpec
  readonly variable: string
  readonly index: number | null
}

/** Parameters, and for each masked kernel its mask under `mask:${name}`'s layout. */
export interface ParameterLayout {
  readonly slots: readonly ParameterSlot[]
  /** Name of the mask variable of a parameter variable, when its members are maskable. */
  readonly maskOf: ReadonlyMap<string, string>
}

/** Values of parameters by their own name (`layer12.kernel`), and masks (0 or 1) by the kernel's name. */
export interface ModelState {
  readonly parameters: Map<string, FloatArray>
  readonly masks: Map<string, Uint8Array>
}

export interface OptimizerOptions {
  readonly optimizer: 'sgd' | 'adamw'
  readonly momentum: number
  readonly nesterov: boolean
  readonly weightDecay: number
}

export interface TrainingOptions extends OptimizerOptions {
  readonly batchSize: number
  /** Batch of the `evaluate` function; default batchSize. */
  readonly evaluationBatchSize?: number
  readonly labelSmoothing: number
  /**
   * false leaves the masks out where all kernels are dense: a step saves one pass over the weights. Default
   * true.
   */
  readonly masked?: boolean
  /**
   * Adds the function `denseGradients` (RigL), which gives ∂L/∂W without the mask for every masked kernel.
   */
  readonly denseGradients: boolean
}

/**
 * The compiled form of a model for training. Functions of the program:
 *
 * - `train`: feeds `x` [batch, …input], `y` int [batch], `rate` [] (learning rate), for AdamW `correction1`,
 *   `correction2` []; and one feed `uniform:${layer}` per dropout layer, uniform on [0, 1).
 *   Outputs `loss` [] (mean cross entropy), `correct` [] (number of right answers). Updates everything.
 * - `evaluate`: feeds `x`, `y`, `weights` float [batch] (0 for padding rows); outputs `loss` [] (weighted SUM
 *   of the cross entropies, without label smoothing), `correct` [] (weighted count). Uses running statistics;
 *   no updates.
 * - `logits`: feed `x` (evaluation batch); output `logits` [batch, classes], evaluation mode.
 * - `denseGradients` (if asked): feeds `x`, `y` (training batch, training mode, no updates, `uniform:*` too);
 *   outputs `${kernel}` for every maskable kernel.
 */
export interface TrainingProgram {
  readonly graph: LayerGraph
  readonly program: Program
  readonly layout: ParameterLayout
  /** Feeds named `uniform:*` with their sizes. */
  readonly randomFeeds: readonly { readonly name: string; readonly size: number }[]
}
