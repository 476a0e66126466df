/** A kernel of a trained or untrained network, looked at: picture, density, residual, singular values. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { LayerReport } from '../../shared/contract/run.ts'
import type { MatrixPicture } from '../../shared/laboratory/types.ts'
import { kernelShapeOf } from '../initialization/kernel-shape.ts'
import type { ModelState } from '../program/types.ts'
import { judge } from './judge.ts'
import type { OperatorPlace } from './judge.ts'
import { pictureOf } from './picture.ts'

export interface KernelLook {
  readonly report: LayerReport
  readonly singular: readonly number[] | null
  readonly picture: MatrixPicture
}

export interface KernelLookRequest extends OperatorPlace {
  readonly parameter: ParameterSpec
  readonly values: ArrayLike<number>
  /** Null: nothing is masked. */
  readonly mask: Uint8Array | null
  /** Density that was asked of the kernel. */
  readonly asked: number
  /** σ_w that the residual is taken against. */
  readonly gain: number
}

/** What the network computes with, w ∘ m, as a picture and in numbers. Takes seconds for large kernels. */
export function lookAtKernel(request: KernelLookRequest): KernelLook {
  const { parameter, asked, gain, map, stride } = request
  const { values, mask } = maskedValues(request)
  const { report, singular } = judge({ parameter, values, mask, asked, gain, notes: [] }, { map, stride })
  return {
    report,
    singular: singular && [...singular],
    picture: pictureOf(kernelShapeOf(parameter), values, mask),
  }
}

/** Values, 0 where the mask is 0, and the mask, in the kernel's layout. */
export function maskedValues({ values, mask }: Pick<KernelLookRequest, 'values' | 'mask'>): {
  readonly values: Float64Array
  readonly mask: Uint8Array
} {
  const kept = mask ?? new Uint8Array(values.length).fill(1)
  return { values: Float64Array.from(values, (value, at) => (kept[at] === 0 ? 0 : value)), mask: kept }
}

/** The kernels of a state that can be looked at: matrices, and kernels of convolutions. */
export function kernelOf(
  parameters: readonly ParameterSpec[],
  { parameters: all, masks }: ModelState,
  name: string,
): Pick<KernelLookRequest, 'parameter' | 'values' | 'mask'> | null {
  const parameter = parameters.find((each) => each.name === name && each.role === 'kernel')
  const values = parameter && all.get(parameter.name)
  return parameter && values ? { parameter, values, mask: masks.get(name) ?? null } : null
}
