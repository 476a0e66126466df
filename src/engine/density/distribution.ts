/** One signature for every density distribution. */
import type { Activation, LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import type { SettingValue } from '../../shared/methods/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Stream } from '../rng.ts'
import type { DensityResult, ScoreEngine } from './types.ts'

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
  /** The model, for walks through it. */
  readonly graph?: LayerGraph
  /** Rounds of an iterative score; default 1. */
  readonly rounds?: number
  /** Networks that a round draws anew; default 1. */
  readonly draws?: number
  /** Inputs of synthetic data that a round scores on; default 32. */
  readonly batchSize?: number
  /** Base initialization drawn anew, by a stream of its own; the values of the engine where it is absent. */
  readonly redraw?: (stream: Stream) => Promise<ReadonlyMap<string, Float64Array>>
  readonly onProgress?: (fraction: number) => void
}

export type Distribution = (request: DensityRequest) => DensityResult | Promise<DensityResult>
