/** Names and layouts of parameters in files: the bench's own, or PyTorch's. */
import { sizeOf } from '../../shared/graph/shapes.ts'
import type { ParameterRole, ParameterSpec, Shape } from '../../shared/graph/types.ts'

export type Naming = 'bench' | 'pytorch'

/** PyTorch's last word for a role: `hidden1.kernel` is `hidden1.weight` there. */
const PYTORCH_NAMES: Readonly<Record<ParameterRole, string>> = {
  kernel: 'weight',
  bias: 'bias',
  scale: 'weight',
  shift: 'bias',
  'running-mean': 'running_mean',
  'running-variance': 'running_var',
  token: 'cls_token',
  position: 'pos_embed',
  embedding: 'weight',
  'layer-scale': 'gamma',
}

export function nameOf(parameter: ParameterSpec, naming: Naming): string {
  if (naming === 'bench') return parameter.name
  return parameter.name.slice(0, parameter.name.lastIndexOf('.') + 1) + PYTORCH_NAMES[parameter.role]
}

/** `hidden1.kernel.mask`, or `hidden1.weight_mask` as torch.nn.utils.prune names it. */
export const maskNameOf = (parameter: ParameterSpec, naming: Naming): string =>
  nameOf(parameter, naming) + (naming === 'bench' ? '.mask' : '_mask')

/**
 * Axes of ours in PyTorch's order: dense [out, in]; conv [out, in, kh, kw], depthwise [channels, 1, kh, kw].
 */
function axesOf({ role, shape, depthwise }: ParameterSpec): readonly number[] {
  if (role !== 'kernel') return shape.map((_, axis) => axis)
  if (shape.length === 2) return [1, 0]
  return depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]
}

export function shapeIn(parameter: ParameterSpec, naming: Naming): Shape {
  return naming === 'bench' ? parameter.shape : axesOf(parameter).map((axis) => parameter.shape[axis])
}

/** The entries with the axes in another order, written to `out`; `shape` is that of the data. */
export function permute<T extends { readonly length: number; [index: number]: number }>(
  data: T,
  shape: Shape,
  axes: readonly number[],
  out: T,
): T {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
  const sides = axes.map((axis) => shape[axis])
  const steps = axes.map((axis) => strides[axis])
  const at = sides.map(() => 0)
  let from = 0
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]
    for (let axis = sides.length - 1; axis >= 0; axis--) {
      from += steps[axis]
      if (++at[axis] < sides[axis]) break
      from -= steps[axis] * sides[axis]
      at[axis] = 0
    }
  }
  return out
}

/**
 * Entries of a parameter (or its mask) from our layout into that of the naming. Copies only where the layout
 * differs.
 */
export function toLayout<T extends Float64Array | Float32Array | Uint8Array>(
  parameter: ParameterSpec,
  data: T,
  naming: Naming,
): T {
  const axes = axesOf(parameter)
  if (naming === 'bench' || axes.every((axis, k) => axis === k)) return data
  return permute(data, parameter.shape, axes, data.slice() as T)
}

/** The way back: entries in the naming's layout into ours. */
export function fromLayout<T extends Float64Array | Float32Array | Uint8Array>(
  parameter: ParameterSpec,
  data: T,
  naming: Naming,
): T {
  const axes = axesOf(parameter)
  if (naming === 'bench' || axes.every((axis, k) => axis === k)) return data
  const inverse = axes.map((_, axis) => axes.indexOf(axis))
  return permute(data, shapeIn(parameter, naming), inverse, data.slice() as T)
}
