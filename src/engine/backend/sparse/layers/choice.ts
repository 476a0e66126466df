/** What of a layer's tapes goes by how many nonzeros its kernel has. */
import { isFull } from './full.ts'
import { readsChannels, readsOften } from './packed.ts'
import type { LinkedKernel } from './types.ts'

/**
 * The questions by which kernels are chosen, of so many nonzeros. Not those of a dense layer's gradient: by
 * pairs and by rows it has the same bits.
 */
function choices({ shape, addresses }: LinkedKernel, nonzeros: number): boolean[] {
  if (shape.dense) return []
  const full = isFull({ shape, nonzeros })
  if (!readsChannels(shape)) return [full]
  return [full, readsOften(nonzeros, shape.rows), readsOften(nonzeros, addresses.channels)]
}

/**
 * Whether a kernel as it is linked would be taken by the same kernels if it had so many nonzeros: sums of
 * another order have other last bits, and runs that go on from a checkpoint are linked anew.
 */
export function takesTheSame(kernel: LinkedKernel, nonzeros: number): boolean {
  const now = choices(kernel, nonzeros)
  return choices(kernel, kernel.nonzeros).every((choice, k) => choice === now[k])
}
