import type { OptimizerDescriptor } from './types.ts'

export const sgd: OptimizerDescriptor = {
  name: 'sgd',
  title: 'SGD',
  help: 'PyTorch’s SGD: weight decay enters the gradient, and with it the momentum.',
  settings: ['momentum', 'nesterov'],
  constants: {},
  slots: ({ momentum }) => (momentum === 0 ? [] : ['velocity']),
  scalars: () => ({}),
  check: ({ momentum, nesterov }) =>
    nesterov && momentum === 0
      ? {
          where: 'nesterov',
          message:
            'Nesterov’s form needs a momentum above 0; set training.momentum or turn training.nesterov off.',
        }
      : null,
}
