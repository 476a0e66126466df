/** All optimizers' updates, under their names; what else is known of them: shared/methods/optimizers. */
import type { OptimizerName } from '../../../shared/methods/optimizers/index.ts'
import { adamw } from './adamw.ts'
import { lamb } from './lamb.ts'
import { sgd } from './sgd.ts'
import type { OptimizerForms } from './types.ts'

export const OPTIMIZER_FORMS: Readonly<Record<OptimizerName, OptimizerForms>> = {
  sgd,
  adamw,
  lamb,
}
