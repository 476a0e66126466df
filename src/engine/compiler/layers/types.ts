/** One layer kind's way into the op graph. */
import type { LayerNode, LayerOp, ParameterRole } from '../../../shared/graph/types.ts'
import type { Value } from '../../ops/ir.ts'
import type { Builder } from '../../program/builder.ts'

export interface LoweringContext {
  readonly builder: Builder
  readonly node: LayerNode
  /** Values of the layer's inputs; each begins with the batch axis. */
  readonly inputs: readonly Value[]
  readonly batch: number
  /** `train`: batch statistics and, where asked, dropout; `evaluate`: running statistics, no randomness. */
  readonly mode: 'train' | 'evaluate'
  /**
   * The parameter named `${node.name}.${suffix}`; the suffix is mostly the role. Throws when there is none.
   */
  parameter(suffix: ParameterRole | (string & {})): Value
  /** A parameter of another layer, by its whole name. Throws when there is none. */
  parameterNamed(name: string): Value
  /** Numbers uniform on [0, 1), fed anew for each call, [size]; null where nothing is to be random. */
  randomFeed(size: number): Value | null
  /** The new value of a running statistic, written after the step (train mode only; ignored elsewhere). */
  updateStatistic(suffix: ParameterRole | (string & {}), value: Value): void
}

/** Returns the layer's output, batch axis first. */
export type LayerLowering<Kind extends LayerOp['kind'] = LayerOp['kind']> = (
  context: LoweringContext,
  layer: Extract<LayerOp, { kind: Kind }>,
) => Value
