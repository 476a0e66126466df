import type { ParameterSpec } from '../../shared/graph/types.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { Distribution } from './distribution.ts'
import { inRounds, keepAmong, masked } from './iterative.ts'
import { fromMasks } from './kernels.ts'
import { arrayOf, concatenate, partMask, requireScores } from './scores.ts'
import type { ScoreEngine } from './types.ts'

/** Standard deviation of the change of weights whose effect on the outputs is scored. */
const PERTURBATION = 0.01

type Kernels = ReadonlyMap<string, Float64Array>

/** Weights θ and a change of them. */
export interface NtkDraw {
  readonly theta: Kernels
  readonly delta: Kernels
}

/**
 * NTK-SAP's score of every entry: |∂/∂m of the mean over draws of E‖f(x; θ∘m) − f(x; (θ + Δ)∘m)‖²|, the signs
 * summed over draws before the absolute value (Wang et al. 2023, arXiv 2304.02840, equation 11). For small Δ
 * the expectation is the trace of the tangent kernel times the variance of Δ.
 */
export async function ntkScores(
  engine: ScoreEngine,
  kernels: readonly ParameterSpec[],
  mask: Uint8Array,
  draws: readonly NtkDraw[],
  x: Float64Array,
): Promise<Float64Array> {
  const total = new Float64Array(mask.length)
  for (const { theta, delta } of draws) {
    const moved = new Map(
      kernels.map((kernel) => {
        const change = arrayOf(delta, kernel)
        return [kernel.name, arrayOf(theta, kernel).map((value, k) => value + change[k])]
      }),
    )
    const { first, second } = await engine.distance(
      masked(kernels, theta, mask),
      masked(kernels, moved, mask),
      x,
    )
    const slope = concatenate(kernels, (kernel, out) => {
      const [a, b] = [arrayOf(theta, kernel), arrayOf(moved, kernel)]
      const [towardsA, towardsB] = [arrayOf(first, kernel), arrayOf(second, kernel)]
      for (let k = 0; k < out.length; k++) out[k] = a[k] * towardsA[k] + b[k] * towardsB[k]
    })
    for (let k = 0; k < total.length; k++) total[k] += slope[k] / draws.length
  }
  return total.map(Math.abs)
}

/**
 * NTK-SAP: in rounds, each with a batch of normal inputs and networks drawn anew by the run's own
 * initialization, keeps the largest scores of what is still kept; no data.
 */
export const ntkSap: Distribution = async (request) => {
  const engine = requireScores(request, 'NTK-SAP', 'gradients of the network')
  const { kernels, stream, inverted, draws = 1, batchSize = 32, redraw } = request
  const drawn = async (round: number, index: number): Promise<NtkDraw> => {
    const own = stream.split('draw', round, index)
    const theta = redraw ? await redraw(own.split('weights')) : engine.values
    const changes = own.split('perturbation')
    const delta = new Map(
      kernels.map((kernel) => [
        kernel.name,
        arrayOf(theta, kernel).map(() => PERTURBATION * changes.normal()),
      ]),
    )
    return { theta, delta }
  }
  const mask = await inRounds(
    request,
    async (kept, round) => {
      const inputs = stream.split('inputs', round)
      const { vocabulary = null } = engine
      // Whole numbers stand for tokens; a model that reads numbers takes them at random.
      const x = new Float64Array(batchSize * sizeOf(engine.inputShape)).map(() =>
        vocabulary === null ? inputs.normal() : inputs.integer(vocabulary),
      )
      const networks: NtkDraw[] = []
      for (let index = 0; index < draws; index++) networks.push(await drawn(round, index))
      return ntkScores(engine, kernels, kept, networks, x)
    },
    (scores, kept, count) => keepAmong(scores, kept, count, inverted),
  )
  return fromMasks(kernels, partMask(kernels, mask))
}
