/**
 * Optimizers: what every room has to know of them. Their update on each backend stands in
 * engine/backend/optimizers, a file of the same name.
 */
import { adamw } from './adamw.ts'
import { lamb } from './lamb.ts'
import { sgd } from './sgd.ts'
import type { OptimizerDescriptor } from './types.ts'

export const OPTIMIZERS = {
  sgd,
  adamw,
  lamb,
}
export type OptimizerName = keyof typeof OPTIMIZERS

/** What a specification takes that names none. */
export const DEFAULT_OPTIMIZER = 'sgd'

export const optimizerOf = (name: OptimizerName): OptimizerDescriptor => OPTIMIZERS[name]
