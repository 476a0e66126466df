/**
 * Layer graphs: a model as data. The zoo makes them; the page draws them; the compiler lowers them.
 *
 * Shapes never hold the batch dimension. Layouts are TensorFlow's: images [height, width, channels],
 * sequences [time, features], dense kernels [in, out], conv kernels [kh, kw, in/groups, out],
 * depthwise kernels [kh, kw, channels, 1].
 */

export type Shape = readonly number[]

export const ACTIVATIONS = [
  'linear',
  'tanh',
  'hard-tanh',
  'relu',
  'leaky-relu',
  'selu',
  'swish',
  'gelu',
  'sigmoid',
] as const
export type Activation = (typeof ACTIVATIONS)[number]

/**
 * What a layer may apply: the activations that a model of the zoo is made with, and those that other
 * programs' networks bring. relu6: min(max(x, 0), 6); hard-sigmoid: relu6(x + 3)/6; hard-swish:
 * x·relu6(x + 3)/6 (Howard et al. 2019); gelu-tanh: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
 */
export const LAYER_ACTIVATIONS = [...ACTIVATIONS, 'relu6', 'hard-sigmoid', 'hard-swish', 'gelu-tanh'] as const
export type LayerActivation = (typeof LAYER_ACTIVATIONS)[number]

/** Slope of `leaky-relu` left of 0 where a layer gives none. */
export const LEAKY_SLOPE = 0.01

/**
 * `same`: TensorFlow's. `circular`: wraps by (kernel − 1)/2. A number: that many zeros on every side
 * (PyTorch's). Four numbers: zeros above, below, left and right.
 */
export type Padding =
  'same' | 'valid' | 'circular' | number | readonly [top: number, bottom: number, left: number, right: number]

export type LayerOp =
  | { kind: 'input'; shape: Shape }
  | { kind: 'flatten' }
  | { kind: 'reshape'; shape: Shape }
  /**
   * On the last axis of a vector, a sequence or an image. `tied`: the name of a token embedding of `units`
   * tokens; its table, transposed, is the kernel, and the layer has none of its own.
   */
  | { kind: 'dense'; units: number; bias: boolean; maskable: boolean; tied?: string }
  | {
      kind: 'conv'
      filters: number
      kernel: readonly [number, number]
      stride: number
      padding: Padding
      /** Places between neighbouring taps of the kernel; 1 where it is left out. */
      dilation?: number
      groups: number
      bias: boolean
      maskable: boolean
    }
  | {
      kind: 'depthwise-conv'
      kernel: readonly [number, number]
      stride: number
      padding: Padding
      dilation?: number
      bias: boolean
      maskable: boolean
    }
  /** `slope` is that of `leaky-relu`, 0.01 where it is left out. */
  | { kind: 'activation'; activation: LayerActivation; slope?: number }
  /**
   * Over all axes but the last. running ← momentum · running + (1 − momentum) · batch: TensorFlow's sense, so
   * that PyTorch's 0.1 is 0.9.
   */
  | { kind: 'batch-norm'; momentum: number; epsilon: number }
  | { kind: 'layer-norm'; epsilon: number }
  | { kind: 'max-pool'; size: number; stride: number; padding: Padding }
  /** With `excludePadding` the mean is over the places inside the image, as with `same`. */
  | { kind: 'average-pool'; size: number; stride: number; padding: Padding; excludePadding?: boolean }
  /** Mean over height and width: [h, w, c] → [c]. */
  | { kind: 'global-average-pool' }
  /** Residual addition of two inputs of one shape. */
  | { kind: 'add' }
  /** Product of two inputs of one shape, entry by entry. */
  | { kind: 'multiply' }
  /** Concatenation along the last axis. */
  | { kind: 'concat' }
  /** `size` entries of an axis, from `begin` on. */
  | { kind: 'slice'; axis: number; begin: number; size: number }
  /** Axis k of the output is axis `axes[k]` of the input. */
  | { kind: 'permute'; axes: readonly number[] }
  /** Scales an image by a channel vector: [h, w, c] × [c] (squeeze-excitation). */
  | { kind: 'scale-channels' }
  | { kind: 'dropout'; rate: number }
  /** Drops the whole branch of an example with probability `rate`, and divides by 1 − rate. */
  | { kind: 'stochastic-depth'; rate: number }
  /** Prepends a learned class token: [t, f] → [t + 1, f]. */
  | { kind: 'class-token' }
  /** Adds a learned vector to each place: [t, f] → [t, f]. */
  | { kind: 'position-embedding' }
  /** Reads a table of `vocabulary` learned vectors: tokens, whole numbers from 0, [t] → [t, features]. */
  | { kind: 'token-embedding'; vocabulary: number; features: number }
  /**
   * Multi-head self-attention with fused query-key-value and output projection, never maskable. `causal`: a
   * place attends to itself and to those before it alone.
   */
  | { kind: 'attention'; heads: number; causal?: boolean }
  /**
   * softmax(scale·Q·Kᵀ)·V for every head, without parameters. Inputs: query, key and value [t, f], feature
   * h·depth + i belonging to head h; or one [t, 3f] that holds them in this order. `causal` as above.
   */
  | { kind: 'dot-product-attention'; heads: number; scale: number; causal?: boolean }
  /** Learned scale per feature (LayerScale), starting at `initial`. */
  | { kind: 'layer-scale'; initial: number }
  /** One token of a sequence: [t, f] → [f]. */
  | { kind: 'select-token'; index: number }
  /** ResNet option A shortcut: subsamples by `stride` and pads channels with zeros up to `channels`. */
  | { kind: 'pad-shortcut'; stride: number; channels: number }

export type LayerKind = LayerOp['kind']

export type LayerNode = LayerOp & {
  /** Unique, readable, dotted for blocks: `stage2.block1.conv1`. */
  readonly name: string
  /** Names of the nodes that feed this one. */
  readonly inputs: readonly string[]
}

export interface LayerGraph {
  readonly name: string
  /** Topologically ordered; the first is the input. */
  readonly nodes: readonly LayerNode[]
  /** Name of the node that gives the logits: [classes], or of a sequence [t, classes], one row a token. */
  readonly output: string
  readonly classes: number
}

/** What a parameter is for; decides its initialization, whether it is masked, and weight decay's report. */
export type ParameterRole =
  | 'kernel'
  | 'bias'
  | 'scale'
  | 'shift'
  | 'running-mean'
  | 'running-variance'
  | 'token'
  | 'position'
  | 'embedding'
  | 'layer-scale'

export interface ParameterSpec {
  /** `${layer}.kernel`, `${layer}.bias`, … */
  readonly name: string
  readonly layer: string
  readonly role: ParameterRole
  readonly shape: Shape
  /** True for kernels that take part in the density distribution. */
  readonly maskable: boolean
  /** False for running statistics, which the optimizer never touches. */
  readonly trainable: boolean
  /** Kernel of a depthwise convolution: initialised channel by channel. */
  readonly depthwise: boolean
  /**
   * A maskable kernel with an even side whose windows do not overlap: it has no centre, and is the matrix
   * [kh·kw·in, out] that maps each patch. Left out where it is not.
   */
  readonly patches?: true
}
