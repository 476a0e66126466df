import { add } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** The sum of two branches of one shape. */
export const lowerAdd: LayerLowering<'add'> = ({ builder, inputs: [a, b] }) => add(builder, a, b)
