import { keepBest } from './choose.ts'
import type { Distribution } from './distribution.ts'
import { fromMasks } from './kernels.ts'
import { arrayOf, concatenate, partMask, requireScores } from './scores.ts'

/**
 * SNIP (Lee et al. 2019, arXiv 1810.02340): score |w·∂L/∂w| on one batch; the ⌊density · entries⌋ largest
 * over all kernels are kept. (Dividing by their sum, as the paper does, changes no mask.)
 *
 * Variant published: the public code applies the negative log-likelihood to the network's outputs. Where
 * these are log-softmax (its ResNet and VGG) that is the cross entropy; where they are raw logits it is minus
 * the target's logit.
 */
export const snip: Distribution = async (request) => {
  const engine = requireScores(request, 'SNIP', 'a batch of data')
  const { kernels, density, variant } = request
  const raw = variant !== 'literature' && !request.publishedLogSoftmax
  const gradients = await engine.gradients(raw ? 'negative-logit' : 'cross-entropy', 1)
  const scores = concatenate(kernels, (kernel, out) => {
    const values = arrayOf(engine.values, kernel)
    const gradient = arrayOf(gradients, kernel)
    for (let k = 0; k < out.length; k++) out[k] = Math.abs(values[k] * gradient[k])
  })
  return fromMasks(
    kernels,
    partMask(kernels, keepBest(scores, Math.floor(density * scores.length), request.inverted)),
  )
}
