/**
 * N:M masks (Zhou et al. 2021, arXiv 2102.04010; Mishra et al. 2021, arXiv 2104.08378). A group is M
 * consecutive inputs of one output: in a dense kernel [in, out] along the rows, in a convolution [kh, kw,
 * in, out] along the input channels at each place.
 */
import { hasGroups } from '../../shared/planning/groups.ts'
import { updateTo } from './mask.ts'
import type { Weights } from './mask.ts'
import type { MaskMethod } from './types.ts'

/** The `kept` largest |w| of each group of `size` inputs; ties go to the lower input. */
export function nmMask(weights: Weights, shape: readonly number[], kept: number, size: number): Uint8Array {
  const outputs = shape[shape.length - 1]
  const mask = new Uint8Array(weights.length)
  for (let group = 0; group < weights.length; group += size * outputs) {
    for (let out = 0; out < outputs; out++) {
      for (let i = 0; i < size; i++) {
        const own = Math.abs(weights[group + i * outputs + out])
        let larger = 0
        for (let j = 0; j < size; j++) {
          const other = Math.abs(weights[group + j * outputs + out])
          if (other > own || (other === own && j < i)) larger++
        }
        if (larger < kept) mask[group + i * outputs + out] = 1
      }
    }
  }
  return mask
}

export const nm: MaskMethod = (layers, _, { groupKept, groupSize }) =>
  layers.map(({ parameter, weights, mask }) =>
    updateTo(
      mask,
      hasGroups(parameter, groupSize)
        ? nmMask(weights, parameter.shape, groupKept, groupSize)
        : new Uint8Array(mask.length).fill(1),
    ),
  )
