import { normals } from './scaled.ts'
import type { DenseInitializer } from './types.ts'

/** Normal with variance 2 / fan-in (He et al. 2015, for rectifiers). */
export const kaimingNormal: DenseInitializer = (shape, gain, stream) =>
  normals(shape.entries, gain * Math.sqrt(2 / shape.fanIn), stream)
