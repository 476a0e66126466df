import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { Distribution } from './distribution.ts'
import { checkDensity, densitiesOnly, entriesOf } from './kernels.ts'

/** What the public code leaves dense: dense kernels that are not square, and convolutions of 3 input channels. */
function leftDenseAsPublished({ shape }: ParameterSpec): boolean {
  return shape.length === 2 ? shape[0] !== shape[1] : shape[2] === 3
}

/**
 * Uniform density with the first and the last maskable kernel dense. They are not counted: the others have the density
 * asked. Variant published: dense are the non-square dense kernels and the convolutions of 3 channels, and the others
 * keep ⌈density · entries⌉; the two agree on the 1000-layer networks it was written for.
 */
export const uniformSkip: Distribution = ({ kernels, density, variant }) => {
  checkDensity(density)
  const last = kernels.length - 1
  if (variant === 'literature') return densitiesOnly(kernels, kernels.map((_, k) => (k === 0 || k === last ? 1 : density)))
  return densitiesOnly(kernels, kernels.map((parameter) => {
    const entries = entriesOf(parameter)
    return leftDenseAsPublished(parameter) ? 1 : Math.ceil(density * entries) / entries
  }))
}
