/** What of a layer's tapes goes by how many nonzeros its kernel has. */
import { byPairs } from './dense.ts'
import { isFull } from './full.ts'
import { readsOften } from './packed.ts'
import type { LinkedKernel } from './types.ts'

/**
 * Whether a kernel as it is linked would be taken by the same kernels if it had so many nonzeros: sums of
 * another order have other last bits, and runs that go on from a checkpoint are linked anew.
 */
export function takesTheSame(kernel: LinkedKernel, nonzeros: number): boolean {
  const { shape, addresses } = kernel
  const [one, other] = [kernel.nonzeros, nonzeros].map((count) => [
    isFull({ shape, nonzeros: count }),
    byPairs(count, shape.rows),
    readsOften(count, shape.rows),
    readsOften(count, addresses.channels),
  ])
  return one.every((choice, k) => choice === other[k])
}
