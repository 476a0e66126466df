import type { ParameterSpec } from '../../shared/graph/types.ts'
import { randomMask } from '../initialization/masks.ts'
import type { Distribution } from './distribution.ts'
import { checkDensity, densitiesOnly, entriesOf } from './kernels.ts'
import type { LayerDensity } from './types.ts'

/**
 * What the public code leaves dense: dense kernels that are not square, and convolutions of 3 input channels.
 */
function leftDenseAsPublished({ shape }: ParameterSpec): boolean {
  return shape.length === 2 ? shape[0] !== shape[1] : shape[2] === 3
}

/**
 * Uniform density with the first and the last maskable kernel dense. They are not counted: the others have
 * the density asked. Variant published: dense are the non-square dense kernels and the convolutions of 3
 * channels, and the others keep ⌈density · entries⌉ at random; the two agree on the 1000-layer networks it
 * was written for.
 */
export const uniformSkip: Distribution = ({ kernels, density, variant, stream }) => {
  checkDensity(density)
  const last = kernels.length - 1
  if (variant === 'literature')
    return densitiesOnly(
      kernels,
      kernels.map((_, k) => (k === 0 || k === last ? 1 : density)),
    )
  const layers = kernels.map((parameter): LayerDensity =>
    leftDenseAsPublished(parameter)
      ? { parameter, density: 1, nonzeros: entriesOf(parameter) }
      : { parameter, density, nonzeros: Math.ceil(density * entriesOf(parameter)) },
  )
  const masks = new Map(
    layers.map(({ parameter, nonzeros }) => [
      parameter.name,
      randomMask(entriesOf(parameter), nonzeros, stream.split(parameter.name)),
    ]),
  )
  return { layers, masks, notes: [] }
}
