import { uniforms } from './scaled.ts'
import type { DenseInitializer } from './types.ts'

/** Uniform with variance 2 / fan-in: on ±√(6 / fan-in) (He et al. 2015). */
export const kaimingUniform: DenseInitializer = (shape, gain, stream) =>
  uniforms(shape.entries, gain * Math.sqrt(6 / shape.fanIn), stream)
