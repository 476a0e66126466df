import { denseInitializer } from './dense/index.ts'
import { kernelShapeOf } from './kernel-shape.ts'
import { applyMask, randomMask } from './masks.ts'
import type { MakeKernel } from './types.ts'

/**
 * Base: the dense initializer's values times the mask. Where the distribution only fixes a density, exactly
 * round(density · entries) positions are drawn without replacement.
 */
export const base: MakeKernel = (request) => {
  const { parameter, settings, stream, density } = request
  const shape = kernelShapeOf(parameter)
  const values = denseInitializer(settings.dense)(
    shape,
    settings.gain,
    stream.split('values'),
    parameter.name,
  )
  const mask =
    request.mask ?? randomMask(shape.entries, Math.round(density * shape.entries), stream.split('mask'))
  return { values: applyMask(values, mask), mask, notes: [] }
}
