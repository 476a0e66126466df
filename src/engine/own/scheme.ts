/** A weight scheme of the user's own: kernel by kernel, its answers checked and brought into our layout. */
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { fromLayout } from '../interchange/layouts.ts'
import { applyMask, countOnes, randomMask } from '../initialization/masks.ts'
import type { InitialKernel } from '../initialization/types.ts'
import type { Stream } from '../rng.ts'
import { arrayIn, isNear, layerOf, seedOf, toMethod, wrongAnswer } from './method.ts'
import type { OwnMethod } from './method.ts'
import type { OwnReply, OwnSettings } from './types.ts'

export interface OwnKernelRequest {
  readonly parameter: ParameterSpec
  readonly density: number
  /** The mask that the distribution chose; null where it only fixes the density. */
  readonly mask: Uint8Array | null
  readonly settings: OwnSettings
  readonly gain: number
  readonly activation: string
  readonly stream: Stream
}

export interface OwnKernel extends InitialKernel {
  /** Weights that the method gave where its mask has zeros; the bench made them 0. */
  readonly zeroed: number
}

/**
 * Asks the method for a kernel. Without a mask in its answer the distribution's is taken, or exactly
 * round(density · entries) random positions. Throws BenchError('bad-method') for a wrong shape, a value that
 * is not finite, a mask of another density (unless the method owns its masks) or of other positions than the
 * distribution's (unless it owns positions).
 */
export async function ownKernel(method: OwnMethod, request: OwnKernelRequest): Promise<OwnKernel> {
  const { parameter, density, stream, settings } = request
  if (request.mask && countOnes(request.mask) === 0) {
    // Layer collapse: there is nothing to give values to.
    return { values: new Float64Array(request.mask.length), mask: request.mask, notes: [], zeroed: 0 }
  }
  const layer = { ...layerOf(parameter), gain: request.gain, activation: request.activation }
  const given = new Map(request.mask ? [['0.mask', toMethod(parameter, request.mask)]] : [])
  const reply = await method.host.call(
    { call: 'kernel', density, settings, layers: [layer], given: ['mask'], seed: seedOf(stream) },
    given,
  )
  const values = weightIn(method, reply, parameter)
  const mask = maskIn(method, reply, request)
  let zeroed = 0
  for (let k = 0; k < values.length; k++) if (mask[k] === 0 && values[k] !== 0) zeroed++
  return { values: applyMask(values, mask), mask, notes: [], zeroed }
}

function weightIn(method: OwnMethod, reply: OwnReply, parameter: ParameterSpec): Float64Array {
  const weight = arrayIn(method, reply, 'weight', parameter, 'the weight')
  if (!weight || !(weight.data instanceof Float64Array))
    throw wrongAnswer(method, `kernel returned no weight for ${parameter.name}`)
  const bad = weight.data.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw wrongAnswer(
      method,
      `the weight of ${parameter.name} holds ${weight.data[bad]}, which is no number to train`,
    )
  return fromLayout(parameter, weight.data, 'pytorch')
}

function maskIn(method: OwnMethod, reply: OwnReply, request: OwnKernelRequest): Uint8Array {
  const { parameter, density, stream } = request
  const { traits, tolerance } = method.about
  const entries = request.mask?.length ?? sizeOf(parameter.shape)
  const asked = Math.round(density * entries)
  const answered = arrayIn(method, reply, 'mask', parameter, 'the mask')
  if (!answered) return request.mask ?? randomMask(entries, asked, stream.split('mask'))
  const mask = fromLayout(parameter, Uint8Array.from(answered.data), 'pytorch')
  if (traits.includes('ownsMask')) return mask
  const count = countOnes(mask)
  if (!isNear(count, asked, tolerance)) {
    throw wrongAnswer(
      method,
      `the mask of ${parameter.name} keeps ${count} of ${entries} weights (density ` +
        `${(count / entries).toPrecision(3)}); asked were ${asked} (density ${density.toPrecision(3)}). ` +
        'A scheme whose density is its own says so with the trait ownsMask',
    )
  }
  const { mask: chosen } = request
  if (chosen && !traits.includes('ownsPositions') && mask.some((bit, k) => bit !== chosen[k])) {
    throw wrongAnswer(
      method,
      `the mask of ${parameter.name} is another than the density distribution chose (layer.mask). ` +
        'Take that one, return no mask, or say with the trait ownsPositions that they are the scheme’s',
    )
  }
  return mask
}
