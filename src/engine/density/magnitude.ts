import { keepBest } from './choose.ts'
import type { Distribution } from './distribution.ts'
import { fromMasks } from './kernels.ts'
import { arrayOf, concatenate, partMask, requireScores } from './scores.ts'

/** Keeps the ⌊density · entries⌋ largest |w| of Base initialization over all kernels together. */
export const magnitude: Distribution = (request) => {
  const engine = requireScores(request, 'Magnitude', 'initial values')
  const { kernels, density } = request
  const scores = concatenate(kernels, (kernel, out) => {
    const values = arrayOf(engine.values, kernel)
    for (let k = 0; k < out.length; k++) out[k] = Math.abs(values[k])
  })
  return fromMasks(
    kernels,
    partMask(kernels, keepBest(scores, Math.floor(density * scores.length), request.inverted)),
  )
}
