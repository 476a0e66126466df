/** A dynamic method of the user's own: new masks of all layers at an update, checked. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { MaskUpdate, Weights } from '../dynamic/mask.ts'
import { countOnes } from '../initialization/masks.ts'
import { fromLayout } from '../interchange/layouts.ts'
import type { Stream } from '../rng.ts'
import { arrayIn, layerOf, seedOf, toMethod, wrongAnswer } from './method.ts'
import type { OwnMethod } from './method.ts'
import type { OwnArray, OwnMoment, OwnSettings } from './types.ts'

export interface OwnUpdateLayer {
  readonly parameter: ParameterSpec
  readonly weights: Weights
  readonly mask: Uint8Array
  /** ∂L/∂W without the mask; null where the method does not ask for it. */
  readonly gradient: Weights | null
}

/** What changed from one mask to the next. */
function difference(before: Uint8Array, mask: Uint8Array): MaskUpdate {
  const at = (test: (was: number, is: number) => boolean): Int32Array =>
    Int32Array.from(Array.from(mask.keys()).filter((k) => test(before[k], mask[k])))
  const grown = at((was, is) => was === 0 && is === 1)
  return { mask, dropped: at((was, is) => was === 1 && is === 0), grown, activated: grown }
}

/**
 * Asks the method for the masks of all layers. Throws BenchError('bad-method') for wrong shapes, and where
 * the layers together keep another number of weights than before (unless the method changes the density).
 */
export async function ownUpdate(
  method: OwnMethod,
  settings: OwnSettings,
  layers: readonly OwnUpdateLayer[],
  now: OwnMoment,
  stream: Stream,
): Promise<MaskUpdate[]> {
  const arrays = new Map<string, OwnArray>()
  layers.forEach(({ parameter, weights, mask, gradient }, k) => {
    arrays.set(`${k}.weight`, toMethod(parameter, Float64Array.from(weights)))
    arrays.set(`${k}.mask`, toMethod(parameter, mask))
    if (gradient) arrays.set(`${k}.gradient`, toMethod(parameter, Float64Array.from(gradient)))
  })
  const reply = await method.host.call(
    {
      call: 'update',
      settings,
      now,
      layers: layers.map(({ parameter }, index) => ({ ...layerOf(parameter), index })),
      given: ['weight', 'mask', 'gradient'],
      seed: seedOf(stream),
    },
    arrays,
  )
  const masks = layers.map(({ parameter }, k) => {
    const mask = arrayIn(method, reply, `${k}.mask`, parameter, 'the mask')
    if (!mask) throw wrongAnswer(method, `update returned nothing for ${parameter.name}`)
    return fromLayout(parameter, Uint8Array.from(mask.data), 'pytorch')
  })
  const before = layers.reduce((sum, { mask }) => sum + countOnes(mask), 0)
  const after = masks.reduce((sum, mask) => sum + countOnes(mask), 0)
  if (before !== after && !method.about.traits.includes('changesDensity')) {
    throw wrongAnswer(
      method,
      `the update after step ${now.step} keeps ${after} weights; before it there were ${before}. ` +
        'A method that changes their number says so with the trait changesDensity',
    )
  }
  return masks.map((mask, k) => difference(layers[k].mask, mask))
}
