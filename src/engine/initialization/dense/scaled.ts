/** Independent entries, scaled by the fans: He et al. 2015, Glorot and Bengio 2010, LeCun et al. 1998. */
import type { Stream } from '../../rng.ts'

export function normals(count: number, std: number, stream: Stream): Float64Array {
  const values = new Float64Array(count)
  for (let k = 0; k < count; k++) values[k] = std * stream.normal()
  return values
}

export function uniforms(count: number, bound: number, stream: Stream): Float64Array {
  const values = new Float64Array(count)
  for (let k = 0; k < count; k++) values[k] = bound * (2 * stream.uniform() - 1)
  return values
}
