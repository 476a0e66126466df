import type { ParameterSpec } from '../../../src/shared/graph/types.ts'

/** A maskable kernel for tests. */
export const maskable = (name: string, shape: readonly number[], depthwise = false): ParameterSpec => ({
  name,
  layer: name,
  role: 'kernel',
  shape,
  maskable: true,
  trainable: true,
  depthwise,
})
