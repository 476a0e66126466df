import { keepBest } from './choose.ts'
import type { Distribution } from './distribution.ts'
import { inRounds } from './iterative.ts'
import { fromMasks } from './kernels.ts'
import { partMask, requireScores } from './scores.ts'
import { sensitivityAt } from './sensitivity.ts'

/**
 * FORCE (de Jorge et al. 2021, arXiv 2006.09081): as iterative SNIP, but each round keeps the largest
 * |w·∂L/∂w| of all entries, w their initial values, so that what an earlier round pruned comes back where the
 * masked network's gradient asks for it.
 */
export const force: Distribution = async (request) => {
  const engine = requireScores(request, 'FORCE', 'a batch of data')
  const { kernels, inverted } = request
  const mask = await inRounds(
    request,
    (kept) => sensitivityAt(engine, kernels, kept),
    (scores, _, count) => keepBest(scores, count, inverted),
  )
  return fromMasks(kernels, partMask(kernels, mask))
}
