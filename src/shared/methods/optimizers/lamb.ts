import { adamw } from './adamw.ts'
import type { OptimizerDescriptor } from './types.ts'

export const lamb = {
  name: 'lamb',
  title: 'LAMB',
  help:
    'AdamW’s step, weight decay included, made as long in each parameter as the parameter itself; ' +
    'parameters without weight decay take AdamW’s.',
  source: 'arXiv 1904.00962',
  settings: [],
  constants: { beta1: 0.9, beta2: 0.999, epsilon: 1e-6 },
  slots: adamw.slots,
  scalars: adamw.scalars,
} satisfies OptimizerDescriptor
