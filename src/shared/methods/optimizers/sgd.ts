import type { OptimizerDescriptor } from './types.ts'

export const sgd: OptimizerDescriptor = {
  name: 'sgd',
  title: 'SGD',
  help: 'PyTorch’s SGD: weight decay enters the gradient, and with it the momentum.',
  settings: ['momentum', 'nesterov'],
  constants: {},
  slots: ({ momentum }) => (momentum === 0 ? [] : ['velocity']),
  scalars: () => ({}),
}
