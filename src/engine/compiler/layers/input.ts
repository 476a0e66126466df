import type { LayerLowering } from './types.ts'

/** The batch itself, fed as `x` [batch, …shape]; the compiler gives it as the layer's one input. */
export const lowerInput: LayerLowering<'input'> = ({ inputs: [x] }) => x
