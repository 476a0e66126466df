import type { OptimizerDescriptor } from './types.ts'

export const adamw = {
  name: 'adamw',
  title: 'AdamW',
  help: 'Adam with decoupled weight decay, in PyTorch’s order and with its constants.',
  source: 'arXiv 1711.05101',
  settings: [],
  constants: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  slots: () => ['first', 'second'],
  /** The corrections of the moments' bias: 1 − β₁ᵗ and 1 − β₂ᵗ, t from 1. */
  scalars: ({ beta1, beta2 }, step) => ({
    correction1: 1 - beta1 ** (step + 1),
    correction2: 1 - beta2 ** (step + 1),
  }),
} satisfies OptimizerDescriptor
