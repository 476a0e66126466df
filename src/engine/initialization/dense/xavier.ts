import { uniforms } from './scaled.ts'
import type { DenseInitializer } from './types.ts'

/** Uniform on ±√(6 / (fan-in + fan-out)) (Glorot and Bengio 2010, equation 16). */
export const xavier: DenseInitializer = (shape, gain, stream) =>
  uniforms(shape.entries, gain * Math.sqrt(6 / (shape.fanIn + shape.fanOut)), stream)
