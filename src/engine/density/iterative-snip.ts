import type { Distribution } from './distribution.ts'
import { inRounds, keepAmong } from './iterative.ts'
import { fromMasks } from './kernels.ts'
import { partMask, requireScores } from './scores.ts'
import { sensitivityAt } from './sensitivity.ts'

/**
 * Iterative SNIP (de Jorge et al. 2021, arXiv 2006.09081; Verdenius et al. 2020): the density falls in
 * rounds, each by the same factor; each round scores |w·∂L/∂w| at the masked network, on one batch, and keeps
 * the largest of what is still kept. One round is SNIP (but for the rounding of the count).
 */
export const iterativeSnip: Distribution = async (request) => {
  const engine = requireScores(request, 'Iterative SNIP', 'a batch of data')
  const { kernels, inverted } = request
  const mask = await inRounds(
    request,
    (kept) => sensitivityAt(engine, kernels, kept),
    (scores, kept, count) => keepAmong(scores, kept, count, inverted),
  )
  return fromMasks(kernels, partMask(kernels, mask))
}
