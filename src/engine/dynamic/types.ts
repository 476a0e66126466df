/** What an update of masks is given, and what computes one. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Stream } from '../rng.ts'
import type { MaskedWeights, MaskUpdate, Weights } from './mask.ts'

/** One layer as an update of all layers together sees it. */
export interface DynamicLayer extends MaskedWeights {
  readonly parameter: ParameterSpec
  /**
   * ∂L/∂W without the mask, or the mean of it over the steps before; null without the trait `denseGradients`.
   */
  readonly gradient: Weights | null
}

/** A layer of a run that prunes: the densities that it goes from and to. */
export interface PrunedLayer extends DynamicLayer {
  readonly from: number
  readonly to: number
}

/** When an update takes place. */
export interface DynamicMoment {
  /** Optimizer steps done, and all. */
  readonly step: number
  readonly steps: number
  /** Fraction of each layer's nonzeros to drop, by the schedule of the specification. */
  readonly fraction: number
}

/** How far pruning is. */
export interface PruningMoment extends DynamicMoment {
  /** 1 before the first update of a schedule, 0 at the last; density = to + (from − to)·remaining. */
  readonly remaining: number
  /** The last pruning of the run. */
  readonly last: boolean
}

export type MaskSettings = RunSpec['dynamic']

/** An update of all layers' masks. `stream` is that of the step; each layer has a child of its own. */
export type MaskMethod = (
  layers: readonly PrunedLayer[],
  now: PruningMoment,
  settings: MaskSettings,
  stream: Stream,
) => readonly MaskUpdate[]
