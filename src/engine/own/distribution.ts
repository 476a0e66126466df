/** A density distribution of the user's own: densities or masks of all layers at once, checked. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { DensityRequest } from '../density/distribution.ts'
import { checkDensity, densitiesOnly, entriesOf, fromMasks } from '../density/kernels.ts'
import type { DensityResult } from '../density/types.ts'
import { countOnes, randomMask } from '../initialization/masks.ts'
import { fromLayout } from '../interchange/layouts.ts'
import { OFFERS } from './offers.ts'
import { arrayIn, isNear, layerOf, seedOf, toMethod, wrongAnswer } from './method.ts'
import type { OwnMethod } from './method.ts'
import type { OwnArray, OwnReply, OwnSettings } from './types.ts'

/**
 * Asks the method for all layers. Throws BenchError('bad-method') for wrong shapes, densities outside [0, 1]
 * and masks whose density together is not the one asked for (unless the method owns its density), and
 * BenchError('impossible') where it needs scores and none were given.
 */
export async function ownDistribution(
  method: OwnMethod,
  settings: OwnSettings,
  request: DensityRequest,
): Promise<DensityResult> {
  const { kernels, density, scores, stream } = request
  const { needs } = method.about
  checkDensity(density)
  const given = new Map<string, OwnArray>()
  for (const [index, need] of needs.entries()) {
    if (!scores) {
      throw new BenchError(
        'impossible',
        `${method.file.file} needs ${needs.join(', ')} of the network, and no score engine was given.`,
        'sparsity.distribution',
      )
    }
    const values = await OFFERS[need].of(scores)
    kernels.forEach((kernel, k) => {
      const own = values.get(kernel.name)
      if (own) given.set(`${k}.${OFFERS[need].array}`, toMethod(kernel, own))
    })
    request.onProgress?.((index + 1) / (needs.length + 1))
  }
  const reply = await method.host.call(
    {
      call: 'distribute',
      density,
      settings,
      layers: kernels.map((kernel, index) => ({ ...layerOf(kernel), index })),
      given: needs.map((need) => OFFERS[need].array),
      seed: seedOf(stream),
    },
    given,
  )
  const answer = answerOf(method, reply, request)
  checkTotal(method, answer, kernels, density)
  request.onProgress?.(1)
  return answer
}

function answerOf(method: OwnMethod, reply: OwnReply, { kernels, stream }: DensityRequest): DensityResult {
  const densities = reply.header['densities'] as readonly (number | null)[]
  densities.forEach((density, k) => {
    if (density !== null && !(density >= 0 && density <= 1))
      throw wrongAnswer(
        method,
        `the density of ${kernels[k].name} is ${density}; it must lie between 0 and 1`,
      )
  })
  if (densities.every((density) => density !== null && density > 0))
    return densitiesOnly(kernels, densities as readonly number[])
  const masks = kernels.map((kernel, k): [string, Uint8Array] => {
    const density = densities[k]
    if (density !== null) {
      const entries = entriesOf(kernel)
      const positions = stream.split('own mask').split(kernel.name)
      return [kernel.name, randomMask(entries, Math.round(density * entries), positions)]
    }
    const mask = arrayIn(method, reply, `${k}.mask`, kernel, 'the mask')
    if (!mask) throw wrongAnswer(method, `distribute returned nothing for ${kernel.name}`)
    return [kernel.name, fromLayout(kernel, Uint8Array.from(mask.data), 'pytorch')]
  })
  return fromMasks(kernels, new Map(masks))
}

function checkTotal(
  method: OwnMethod,
  { layers, masks }: DensityResult,
  kernels: readonly ParameterSpec[],
  density: number,
): void {
  if (method.about.traits.includes('ownsDensity')) return
  const entries = kernels.reduce((sum, kernel) => sum + entriesOf(kernel), 0)
  const kept = masks
    ? [...masks.values()].reduce((sum, mask) => sum + countOnes(mask), 0)
    : layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)
  const asked = density * entries
  // Every layer's count is rounded by itself, and keeps at least one weight.
  if (Math.abs(kept - asked) <= kernels.length || isNear(kept, asked, method.about.tolerance)) return
  throw wrongAnswer(
    method,
    `all layers together keep ${kept} of ${entries} weights (density ${(kept / entries).toPrecision(3)}); ` +
      `asked was ${density}. A distribution whose density is its own says so with the trait ownsDensity`,
  )
}
