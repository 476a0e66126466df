import type { Activation } from '../../../shared/graph/types.ts'
import type { Attributes } from '../../ops/ir.ts'
import { one } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** The op of each activation, and its attributes. */
const ACTIVATION_OPS: Readonly<
  Record<Exclude<Activation, 'linear'>, readonly [op: string, attributes?: Attributes]>
> = {
  tanh: ['tanh'],
  'hard-tanh': ['hard-tanh'],
  relu: ['relu'],
  'leaky-relu': ['leaky-relu', { slope: 0.01 }],
  selu: ['selu'],
  swish: ['swish'],
  gelu: ['gelu'],
  sigmoid: ['sigmoid'],
}

export const lowerActivation: LayerLowering<'activation'> = ({ builder, inputs: [x] }, { activation }) => {
  if (activation === 'linear') return x
  const [op, attributes] = ACTIVATION_OPS[activation]
  return one(builder, op, [x], attributes)
}
