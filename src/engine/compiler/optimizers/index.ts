/**
 * All optimizers, by the kind of their update. To add one: its update in program/types.ts, a file, a line, a
 * test.
 */
import type { Update } from '../../program/types.ts'
import { adamw } from './adamw.ts'
import { sgd } from './sgd.ts'
import type { OptimizerStep } from './types.ts'

export const OPTIMIZERS = { adamw, sgd } as const satisfies {
  [Kind in Exclude<Update['kind'], 'assign'>]: OptimizerStep<Kind>
}
