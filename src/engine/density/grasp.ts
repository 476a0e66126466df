import { keepBest } from './choose.ts'
import type { Distribution } from './distribution.ts'
import { fromMasks } from './kernels.ts'
import { arrayOf, concatenate, partMask, requireScores } from './scores.ts'

/** The reference divides logits by this before the loss. */
const TEMPERATURE = 200

/**
 * GraSP (Wang et al. 2020, arXiv 2002.07376): score −w·(Hg); removing a weight changes the gradient flow gᵀg
 * by about −2w·(Hg), so that the ⌊entries · (1 − density)⌋ highest scores are removed.
 *
 * Variant published: the EOI paper's public code has the sign inverted at initialization, and keeps what
 * GraSP prunes; its g and Hg are sums over the batches of the whole training set.
 */
export const grasp: Distribution = async (request) => {
  const engine = requireScores(request, 'GraSP', 'a class-balanced batch of data')
  const { kernels, density, variant, onProgress } = request
  const { product } = await engine.hessianGradient(TEMPERATURE, onProgress)
  const sign = variant === 'literature' ? -1 : 1
  const scores = concatenate(kernels, (kernel, out) => {
    const values = arrayOf(engine.values, kernel)
    const hessianGradient = arrayOf(product, kernel)
    for (let k = 0; k < out.length; k++) out[k] = sign * values[k] * hessianGradient[k]
  })
  const removed = keepBest(scores, Math.floor(scores.length * (1 - density)), request.inverted)
  return fromMasks(
    kernels,
    partMask(
      kernels,
      removed.map((bit) => 1 - bit),
    ),
  )
}
