/** Where that lies which depends on the masks. */
import type { LinkedKernel } from '../layers/types.ts'

export interface LinkedParameter {
  readonly from: number
  readonly to: number
  readonly weightDecay: number
  /** Two f64 a thread; 0 where the optimizer takes no sums. */
  readonly sums: number
}

/** Addresses in bytes. */
export interface Links {
  readonly kernels: ReadonlyMap<string, LinkedKernel>
  /** Offset of a trainable parameter in the arrays below. */
  readonly offsets: ReadonlyMap<string, number>
  /** Bytes of each array: values, optimizer slots, each thread's gradients. */
  readonly bytes: number
  readonly values: number
  readonly slots: readonly number[]
  readonly parts: number
  /** Parameters in the order of the arrays: bytes [from, to), and where the sums over each lie. */
  readonly parameters: readonly LinkedParameter[]
  /** Running statistics by name. */
  readonly statistics: ReadonlyMap<string, number>
  /** Scratch of all threads: partial sums, gradients of a whole kernel. */
  readonly partial: number
  readonly partialStride: number
  readonly denseScratch: number
  readonly denseStride: number
  readonly foldRows: ReadonlyMap<string, number>
  /** Constant tables of layers, `layer/what`. */
  readonly tables: ReadonlyMap<string, { readonly at: number; readonly size: number }>
}

/** Where a parameter's numbers begin, in bytes: its values (array −1), or a slot of the optimizer. */
export function addressOf(links: Links, parameter: string, array: number): number {
  const statistic = links.statistics.get(parameter)
  if (statistic !== undefined) return statistic
  const offset = links.offsets.get(parameter)
  if (offset === undefined) throw new Error(`${parameter} is not linked`)
  return (array < 0 ? links.values : links.slots[array]) + offset
}
