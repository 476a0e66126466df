/** One signature for every dense initializer. */
import type { Stream } from '../../rng.ts'
import type { KernelShape } from '../kernel-shape.ts'

/**
 * Values of a whole kernel, row-major in its layout. `gain` scales them all (σ_w of the orthogonal ones).
 * `where` is the kernel's name, for errors. Throws BenchError('impossible') for shapes it cannot fill.
 */
export type DenseInitializer = (
  shape: KernelShape,
  gain: number,
  stream: Stream,
  where: string,
) => Float64Array
