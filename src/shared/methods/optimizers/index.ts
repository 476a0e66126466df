/**
 * Optimizers: what every room has to know of them. Their rule stands in engine/compiler/optimizers
 * (reference), engine/backend/tensorflow/updates.ts and engine/backend/sparse/assembly.
 */
import { adamw } from './adamw.ts'
import { sgd } from './sgd.ts'
import type { OptimizerDescriptor } from './types.ts'

export const OPTIMIZERS = {
  sgd,
  adamw,
}
export type OptimizerName = keyof typeof OPTIMIZERS

/** What a specification takes that names none. */
export const DEFAULT_OPTIMIZER = 'sgd'

export const optimizerOf = (name: OptimizerName): OptimizerDescriptor => OPTIMIZERS[name]
