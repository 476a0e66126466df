/** An optimizer: the state that it keeps for a parameter, and its step on plain arrays. */
import type { Update } from '../../program/types.ts'
import type { FloatArray, TensorData, Value } from '../../ops/ir.ts'

export type UpdateOf<Kind extends Update['kind']> = Extract<Update, { kind: Kind }>

export interface OptimizerStep<Kind extends Update['kind']> {
  /** One step, in place on the variables' arrays. */
  apply(
    update: UpdateOf<Kind>,
    variable: (name: string) => FloatArray,
    value: (value: Value) => TensorData,
  ): void
}
