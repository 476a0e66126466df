/** The splits of data, and test sets of data that come in one file. */
import { Stream } from '../../rng.ts'

export type Split = 'train' | 'validation' | 'test'
export const SPLITS: readonly Split[] = ['train', 'validation', 'test']

/** Part of a single file that is kept for testing. */
export const TEST_PART = 0.2

/**
 * Rows for training and for testing, in the file's order. They are drawn by a stream that no run's seed
 * enters, so that all runs are compared on the same examples.
 */
export function holdOutTest(count: number): { train: Int32Array; test: Int32Array } {
  const order = Stream.root(0).split('test split').permutation(count)
  const held = Math.round(count * TEST_PART)
  return { test: order.slice(0, held).sort(), train: order.slice(held).sort() }
}
