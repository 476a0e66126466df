/** A density distribution of the user's own: densities or masks of all layers at once, checked. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { OwnNeed } from '../../shared/methods/own.ts'
import type { DensityRequest } from '../density/distribution.ts'
import { checkDensity, densitiesOnly, entriesOf, fromMasks } from '../density/kernels.ts'
import type { DensityAnswer, ScoreEngine } from '../density/types.ts'
import { countOnes, randomMask } from '../initialization/masks.ts'
import { fromLayout } from '../interchange/layouts.ts'
import { arrayIn, isNear, layerOf, seedOf, toMethod, wrongAnswer } from './method.ts'
import type { OwnMethod } from './method.ts'
import type { OwnArray, OwnReply, OwnSettings } from './types.ts'

type Values = ReadonlyMap<string, Float64Array>

/** GraSP's temperature, as in its paper. */
const GRASP_TEMPERATURE = 200

/** Products of two arrays by kernel, entry by entry, times a factor. */
function products(a: Values, b: Values, form: (a: number, b: number) => number): Values {
  return new Map(
    [...a].map(([name, left]) => {
      const right = b.get(name)
      if (!right) throw new Error(`own distribution: nothing for ${name}`)
      return [name, left.map((value, k) => form(value, right[k]))]
    }),
  )
}

interface Offer {
  /** Name of the array as a layer has it: the method asks for all weights and gets each layer's weight. */
  readonly array: string
  readonly of: (scores: ScoreEngine) => Promise<Values> | Values
}

/** What a method may ask for, of all kernels, at the run's Base initialization. */
const OFFERS: Readonly<Record<OwnNeed, Offer>> = {
  weights: { array: 'weight', of: ({ values }) => values },
  /** ∂L/∂w of the cross entropy. */
  gradients: { array: 'gradient', of: (scores) => scores.gradients('cross-entropy', 1) },
  /** |w·g| */
  snip: {
    array: 'snip',
    of: async (scores) =>
      products(scores.values, await scores.gradients('cross-entropy', 1), (w, g) => Math.abs(w * g)),
  },
  /** −w·Hg at temperature 200; its paper removes the largest. */
  grasp: {
    array: 'grasp',
    of: async (scores) => {
      const { product } = await scores.hessianGradient(GRASP_TEMPERATURE)
      return products(scores.values, product, (w, hg) => -w * hg)
    },
  },
  /** |w·∂R/∂w| of one pass over the absolute values. */
  synflow: {
    array: 'synflow',
    of: async (scores) =>
      products(scores.values, await scores.synapticFlow(scores.values, 'logits'), (w, r) => Math.abs(w * r)),
  },
}

/**
 * Asks the method for all layers. Throws BenchError('bad-method') for wrong shapes, densities outside [0, 1]
 * and masks whose density together is not the one asked for (unless the method owns its density), and
 * BenchError('impossible') where it needs scores and none were given.
 */
export async function ownDistribution(
  method: OwnMethod,
  settings: OwnSettings,
  request: DensityRequest,
): Promise<DensityAnswer> {
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

function answerOf(method: OwnMethod, reply: OwnReply, { kernels, stream }: DensityRequest): DensityAnswer {
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
  { layers, masks }: DensityAnswer,
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
