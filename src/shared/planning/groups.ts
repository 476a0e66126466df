/** N:M: which kernels have groups. */
import type { ParameterSpec } from '../graph/types.ts'

/** Whether groups of `size` fill the inputs of a kernel; one that they do not stays dense. */
export function hasGroups({ shape, depthwise }: ParameterSpec, size: number): boolean {
  return !depthwise && shape.length >= 2 && shape[shape.length - 2] % size === 0
}
