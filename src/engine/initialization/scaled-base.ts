import { base } from './base.ts'
import { countOnes } from './masks.ts'
import type { MakeKernel } from './types.ts'

/**
 * Base with the gain σ_w/√d, d the density that the kernel reached: masking multiplies the variance of a
 * layer's outputs by d, and this gives it back, so that Base and schemes that keep the variance start on
 * equal footing. A kernel without nonzeros stays as it is.
 */
export const scaledBase: MakeKernel = (request) => {
  const kernel = base(request)
  const kept = countOnes(kernel.mask)
  if (kept === 0) return kernel
  const scale = Math.sqrt(kernel.mask.length / kept)
  return { ...kernel, values: kernel.values.map((value) => value * scale) }
}
