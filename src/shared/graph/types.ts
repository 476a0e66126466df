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
 * `same`: TensorFlow's. `circular`: wraps by (kernel − 1)/2. A number: that many zeros on every side
 * (PyTorch's).
 */
export type Padding = 'same' | 'valid' | 'circular' | number

export type LayerOp =
  | { kind: 'input'; shape: Shape }
  | { kind: 'flatten' }
  | { kind: 'reshape'; shape: Shape }
  | { kind: 'dense'; units: number; bias: boolean; maskable: boolean }
  | {
      kind: 'conv'
      filters: number
      kernel: readonly [number, number]
      stride: number
      padding: Padding
      groups: number
      bias: boolean
      maskable: boolean
    }
  | {
      kind: 'depthwise-conv'
      kernel: readonly [number, number]
      stride: number
      padding: Padding
      bias: boolean
      maskable: boolean
    }
  | { kind: 'activation'; activation: Activation }
  /**
   * Over all axes but the last. running ← momentum · running + (1 − momentum) · batch: TensorFlow's sense, so
   * that PyTorch's 0.1 is 0.9.
   */
  | { kind: 'batch-norm'; momentum: number; epsilon: number }
  | { kind: 'layer-norm'; epsilon: number }
  | { kind: 'max-pool'; size: number; stride: number; padding: Padding }
  | { kind: 'average-pool'; size: number; stride: number; padding: Padding }
  /** Mean over height and width: [h, w, c] → [c]. */
  | { kind: 'global-average-pool' }
  /** Residual addition of two inputs of one shape. */
  | { kind: 'add' }
  /** Concatenation along the last axis. */
  | { kind: 'concat' }
  /** Scales an image by a channel vector: [h, w, c] × [c] (squeeze-excitation). */
  | { kind: 'scale-channels' }
  | { kind: 'dropout'; rate: number }
  /** Drops the whole branch of an example with probability `rate`, and divides by 1 − rate. */
  | { kind: 'stochastic-depth'; rate: number }
  /** Prepends a learned class token: [t, f] → [t + 1, f]. */
  | { kind: 'class-token' }
  /** Adds a learned vector to each place: [t, f] → [t, f]. */
  | { kind: 'position-embedding' }
  /** Multi-head self-attention with fused query-key-value and output projection, never maskable. */
  | { kind: 'attention'; heads: number }
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
  /** Name of the node that gives the logits [classes]. */
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
}
