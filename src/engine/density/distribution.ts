/** One signature for every density distribution. */
import type { Activation, ParameterSpec } from '../../shared/graph/types.ts'
import type { SettingValue } from '../../shared/methods/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Stream } from '../rng.ts'
import type { DensityAnswer, ScoreEngine } from './types.ts'

export interface DensityRequest {
  /** All maskable kernels of the model, in the graph's order. */
  readonly kernels: readonly ParameterSpec[]
  /** Global target in (0, 1]. */
  readonly density: number
  readonly variant: RunSpec['sparsity']['variant']
  /** For the Bernoulli masks of the published variants. */
  readonly stream: Stream
  /** Settings of a method of the user's own. */
  readonly settings?: Readonly<Record<string, SettingValue>>
  /** Gradients at Base initialization; only score methods ask for it, through `requireScores`. */
  readonly scores?: ScoreEngine
  /**
   * Whether the model's outputs go through log-softmax in the public code (its ResNet and VGG): only the
   * published variants of SNIP and SynFlow ask. Default false (MLPs, plain CNNs and EfficientNet give raw
   * logits there).
   */
  readonly publishedLogSoftmax?: boolean
  /** The model's; SynFlow tells by it why its scores are 0. */
  readonly activation?: Activation
  /** Keeps the lowest scores in place of the highest; default false. */
  readonly inverted?: boolean
  readonly onProgress?: (fraction: number) => void
}

export type Distribution = (request: DensityRequest) => DensityAnswer | Promise<DensityAnswer>
