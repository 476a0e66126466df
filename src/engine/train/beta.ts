/** Draws of the symmetric beta distribution. */
import type { Stream } from '../rng.ts'

/**
 * A draw of the gamma distribution of a shape, scale 1, as its logarithm, which is finite where the draw
 * itself would be 0: squeezed rejection (Marsaglia and Tsang 2000), and below shape 1 by Γ(a) = Γ(a + 1)
 * U^(1/a).
 */
function logGamma(shape: number, stream: Stream): number {
  if (shape < 1) return logGamma(shape + 1, stream) + Math.log(1 - stream.uniform()) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = stream.normal()
    const v = (1 + c * x) ** 3
    if (v <= 0) continue
    const u = 1 - stream.uniform()
    if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d) + Math.log(v)
  }
}

/** A draw of Beta(α, α) on [0, 1]; α above 0. */
export function beta(alpha: number, stream: Stream): number {
  const first = logGamma(alpha, stream)
  const second = logGamma(alpha, stream)
  return 1 / (1 + Math.exp(second - first))
}
