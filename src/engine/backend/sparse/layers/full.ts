/** Whether a kernel has no zeros, so that all of its rows read the same inputs. */
import type { LinkedKernel } from './types.ts'

/** A kernel of which no weight is masked, and that is of no vector: it is taken several rows at a time. */
export function isFull({ shape, nonzeros }: Pick<LinkedKernel, 'shape' | 'nonzeros'>): boolean {
  return !shape.dense && shape.groups === 1 && nonzeros === shape.rows * shape.columns
}
