/**
 * A program: named functions (op graphs) over shared variables, what a training program is compiled from, and
 * where the parameters of a model live in its variables. The compiler makes programs, backends run them.
 *
 * Masks are variables of their own, tied to their parameter by `of`, so that a backend may use the structure.
 */
import type { OptimizerName } from '../../shared/methods/optimizers/index.ts'
import type { WeightDecayOn } from '../../shared/methods/optimizers/decay.ts'
import type { OptimizerSettings } from '../../shared/methods/optimizers/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import type { FloatArray, Node, TensorType, Value } from '../ops/ir.ts'

export type VariableRole = 'parameter' | 'mask' | 'slot' | 'statistic'

export interface VariableSpec {
  readonly name: string
  readonly type: TensorType
  readonly role: VariableRole
  /** For a mask or a slot: the parameter variable that it belongs to. */
  readonly of?: string
}

/** Changes to variables, applied after every value of the function was computed from the old ones. */
export type Update =
  { readonly kind: 'assign'; readonly variable: string; readonly value: Value } | OptimizerUpdate

/** A step of an optimizer; its rule is that of engine/backend/optimizers, of that name. */
export interface OptimizerUpdate {
  readonly kind: 'optimizer'
  readonly optimizer: OptimizerName
  readonly variable: string
  /** Whether the variable holds several parameters of equal shape, along its first axis. */
  readonly stacked: boolean
  /** Variables of what is kept for each weight, by the descriptor's names. */
  readonly slots: Readonly<Record<string, string>>
  readonly mask: string | null
  /** Not masked yet. */
  readonly gradient: Value
  /** `rate` and the descriptor's scalars of a step, [] each. */
  readonly scalars: Readonly<Record<string, Value>>
  readonly settings: OptimizerSettings
  readonly constants: Readonly<Record<string, number>>
}

export interface ProgramFunction {
  readonly name: string
  /**
   * All nodes, in order. Placeholders are op `placeholder` (attribute name), variable reads op `variable`
   * (attribute name).
   */
  readonly nodes: readonly Node[]
  readonly feeds: readonly { readonly name: string; readonly value: Value }[]
  readonly outputs: readonly { readonly name: string; readonly value: Value }[]
  readonly updates: readonly Update[]
}

export interface Program {
  readonly variables: readonly VariableSpec[]
  readonly functions: readonly ProgramFunction[]
  /** What a training program was compiled from, for backends that work on layers. */
  readonly training?: TrainingSource
}

export interface TrainingSource {
  readonly graph: LayerGraph
  readonly layout: ParameterLayout
  readonly options: TrainingOptions
}

/** Where a parameter lives: alone in a variable, or as item `index` of a stack of equal shapes. */
export interface ParameterLocation {
  readonly parameter: ParameterSpec
  readonly variable: string
  readonly index: number | null
}

/** Parameters, and for each masked kernel its mask under `mask:${name}`'s layout. */
export interface ParameterLayout {
  readonly locations: readonly ParameterLocation[]
  /** Name of the mask variable of a parameter variable, when its members are maskable. */
  readonly maskOf: ReadonlyMap<string, string>
}

/** Values of parameters by their own name (`layer12.kernel`), and masks (0 or 1) by the kernel's name. */
export interface ModelState {
  readonly parameters: Map<string, FloatArray>
  readonly masks: Map<string, Uint8Array>
}

export interface OptimizerOptions extends OptimizerSettings {
  readonly optimizer: OptimizerName
  /** Numbers of its rule, by name, where they are others than the descriptor's. */
  readonly constants?: Readonly<Record<string, number>>
  /** Which parameters decay; default all. */
  readonly weightDecayOn?: WeightDecayOn
}

/**
 * What is descended, of logits z and targets t of an example over C classes. cross-entropy: −Σ t log
 * softmax(z). binary-cross-entropy: the mean over the classes of −t log σ(z) − (1 − t) log(1 − σ(z)), as
 * PyTorch's BCEWithLogitsLoss.
 */
export type TrainingLoss = RunSpec['training']['loss']

export interface TrainingOptions extends OptimizerOptions {
  readonly batchSize: number
  /** Batch of the `evaluate` function; default batchSize. */
  readonly evaluationBatchSize?: number
  readonly labelSmoothing: number
  /** Default cross-entropy. */
  readonly loss?: TrainingLoss
  /** Training examples belong to two classes (mixup, cutmix): the feeds otherY, shares and otherShares. */
  readonly mixed?: boolean
  /**
   * false leaves the masks out where all kernels are dense: a step saves one pass over the weights. Default
   * true.
   */
  readonly masked?: boolean
  /**
   * Adds the function `denseGradients` (RigL), which gives ∂L/∂W without the mask for every masked kernel.
   */
  readonly denseGradients: boolean
  /** Weights stay dense under a mask of the forward pass. */
  readonly forwardMask?: ForwardMask
}

/**
 * Training of dense weights w under a mask m of the forward pass: the network computes with w∘m, and the
 * gradient with respect to w∘m goes straight to w, with (kept·m + others·(1 − m))·p′(w) added, where p is
 * |w| (l1) or w²/2 (l2).
 */
export interface ForwardMask {
  /** The updated weights are those of a second mask, `backward:…`; else all. */
  readonly backward: boolean
  /** Whether the optimizer decays the masked kernels. */
  readonly decays: boolean
  readonly kept: number
  readonly others: number
  readonly norm: 'l1' | 'l2'
}

/**
 * The compiled form of a model for training. Functions of the program:
 *
 * Where a model predicts each token of a sequence, labels and logits have a row a token, `y` int [batch ·
 * time] and `logits` [batch · time, classes], and the loss of an example, as what is right of it, is the mean
 * over its tokens.
 *
 * - `train`: feeds `x` [batch, …input], `y` int [batch], `rate` [] (learning rate), the optimizer's other
 *   scalars of a step []; and one feed `uniform:${layer}` per dropout layer, uniform on [0, 1). Of mixed
 *   examples `otherY` int [batch], `shares` and `otherShares` [batch].
 *   Outputs `loss` [] (mean over the examples), `correct` [] (number of right answers). Updates everything.
 * - `evaluate`: feeds `x`, `y`, `weights` float [batch] (0 for padding rows); outputs `loss` [] (weighted SUM
 *   of the losses, without label smoothing), `correct` [] (weighted count). Uses running statistics;
 *   no updates.
 * - `logits`: feed `x` (evaluation batch); output `logits` [batch, classes], evaluation mode.
 * - `denseGradients` (if asked): feeds `x`, `y` (and what mixed examples have; training batch, training mode,
 *   no updates, `uniform:*` too); outputs `${kernel}` for every maskable kernel.
 */
export interface TrainingProgram {
  readonly graph: LayerGraph
  readonly program: Program
  readonly layout: ParameterLayout
  /** Feeds named `uniform:*` with their sizes. */
  readonly randomFeeds: readonly { readonly name: string; readonly size: number }[]
}
