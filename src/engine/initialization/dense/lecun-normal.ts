import { normals } from './scaled.ts'
import type { DenseInitializer } from './types.ts'

/** Normal with variance 1 / fan-in (LeCun et al. 1998), as SELU wants (Klambauer et al. 2017). */
export const lecunNormal: DenseInitializer = (shape, gain, stream) =>
  normals(shape.entries, gain * Math.sqrt(1 / shape.fanIn), stream)
