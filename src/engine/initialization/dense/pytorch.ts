import { uniforms } from './scaled.ts'
import type { DenseInitializer } from './types.ts'

/**
 * As PyTorch's nn.Linear and nn.Conv2d begin: uniform on ±gain/√fan-in, whose variance is 1 / (3 fan-in).
 * Biases come with it (other-parameters.ts).
 */
export const pytorch: DenseInitializer = (shape, gain, stream) =>
  uniforms(shape.entries, gain / Math.sqrt(shape.fanIn), stream)
