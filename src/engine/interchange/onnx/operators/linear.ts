/** Gemm and MatMul as dense layers, Conv as a convolution. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { reshaped, transposed } from '../constant.ts'
import type { Constant, FloatArray } from '../constant.ts'
import type { Context } from '../context.ts'
import { unable } from '../failure.ts'
import { moduleName } from '../names.ts'
import { BATCH, extentsOf, isWhole } from '../view.ts'
import type { View } from '../view.ts'
import { matmulOfLayers } from './attention.ts'
import { windowOf } from './window.ts'
import type { Operator } from './types.ts'

/** x·W on the last axis, W [in, out]. Returns how the product is read. */
function dense(context: Context, given: View, weight: Constant, bias: FloatArray | null): void {
  const axis = given.axes.length - 1
  const [inputs, units] = weight.shape
  if (extentsOf(given)[axis] !== inputs)
    unable(`it multiplies ${extentsOf(given)[axis]} features by [${weight.shape}]`)
  const tied = context.tableOf(weight)
  const { view, kernel } = flattened(context, given, axis, weight)
  const op = { kind: 'dense', units, bias: bias !== null, maskable: tied === null } as const
  const settings = tied === null ? op : { ...op, tied }
  const values = { ...(tied === null && { kernel }), ...(bias && { bias }) }
  const layer = context.writer.add(context.name, settings, [view.layer], values)
  const shape = context.writer.shapeOf(layer)
  const last = shape.length - 1
  const axes = view.axes.map((atoms, k) =>
    k !== axis ? atoms : units === 1 ? [] : [{ axis: last, size: units, stride: 1 }],
  )
  context.set({ kind: 'view', layer, shape, offsets: shape.map(() => 0), axes })
}

/**
 * The input by features. Where those are a whole image in another order than the bench flattens it, the rows
 * of the weight are ordered instead of the image.
 */
function flattened(
  context: Context,
  view: View,
  axis: number,
  weight: Constant,
): { view: View; kernel: FloatArray } {
  const atoms = view.axes[axis]
  const others = view.axes.some((each, k) => k !== axis && each.some((atom) => atom.axis !== BATCH))
  const mixed = new Set(atoms.map((atom) => atom.axis)).size > 1 && !atoms.some((atom) => atom.axis === BATCH)
  if (others || !mixed || !isWhole(view)) return { view: context.byFeatures(view, axis), kernel: weight.data }
  const natural = atoms.toSorted((a, b) => a.axis - b.axis || b.stride - a.stride)
  const layer = context.writer.arrange(view, [natural], context.name)
  const apart = reshaped(weight, [...atoms.map(({ size }) => size), weight.shape[1]])
  const order = [...natural.map((atom) => atoms.indexOf(atom)), atoms.length]
  const [features] = context.writer.shapeOf(layer)
  const axes = view.axes.map((each, k) => (k === axis ? [{ axis: 0, size: features, stride: 1 }] : each))
  return {
    view: { kind: 'view', layer, shape: [features], offsets: [0], axes },
    kernel: transposed(apart, order).data,
  }
}

/** Zeros that an exporter puts where a layer has no bias. */
const isMadeUp = (bias: Constant): boolean =>
  moduleName(bias) === null && bias.data.every((entry) => entry === 0)

function scaled(data: FloatArray, factor: number): FloatArray {
  return factor === 1 ? data : data.map((entry) => factor * entry)
}

const gemm: Operator = (context) => {
  if (context.number('transA', 0) !== 0) unable('it transposes what it reads (transA)')
  const given = context.constant(1)
  if (!given || given.shape.length !== 2) return unable('its weights are missing')
  const turned = context.number('transB', 0) !== 0 ? transposed(given, [1, 0]) : given
  const weight = { ...turned, data: scaled(turned.data, context.number('alpha', 1)) }
  if (context.tableOf(weight) === null) context.take(given)
  const shift = context.constant(2)
  const units = weight.shape[1]
  const view = context.view(0)
  if (shift === null || isMadeUp(shift)) return dense(context, view, weight, null)
  if (shift.data.length !== 1 && (shift.data.length !== units || shift.shape.at(-1) !== units))
    unable(`its shift is of [${shift.shape}], not of ${units} units`)
  const values = shift.data.length === units ? shift.data : new Float64Array(units).fill(shift.data[0])
  dense(context, view, weight, scaled(context.take(shift) && values, context.number('beta', 1)))
}

const matmul: Operator = (context) => {
  const [left, right] = [context.input(0), context.input(1)]
  if (right?.kind !== 'constant') {
    if (left?.kind === 'constant') return unable('it multiplies a tensor of the file from the left')
    return matmulOfLayers(context)
  }
  const shape = right.shape.filter((side, axis) => axis >= right.shape.length - 2 || side !== 1)
  if (shape.length !== 2) return unable(`it multiplies by a tensor of [${right.shape}], which is no matrix`)
  const weight = reshaped(right, shape)
  if (context.tableOf(weight) === null) context.take(right)
  dense(context, context.view(0), weight, null)
}

const conv: Operator = (context) => {
  const weight = context.constant(1)
  if (!weight) return unable('its weights are missing')
  if (weight.shape.length !== 4) {
    return unable(
      `its kernel is of [${weight.shape}]; convolutions of the bench have two dimensions in space`,
    )
  }
  context.take(weight)
  const [filters, inputs, height, width] = weight.shape
  const shift = context.constant(2)
  const bias = shift && !isMadeUp(shift) ? context.take(shift).data : null
  const groups = context.number('group', 1)
  const { view, stride, padding, dilation } = windowOf(context, [height, width])
  const [, channels, rows, columns] = extentsOf(view)
  if (channels !== inputs * groups)
    unable(`its kernel takes ${inputs * groups} channels, it is given ${channels}`)
  const pointwise = height * width === 1 && groups === 1 && stride === 1 && padding === 0
  // Squeeze-excitation writes its dense layers as convolutions of one place.
  if (pointwise && rows * columns === 1) {
    const vector = context.byFeatures(view, 1)
    const kernel = transposed(reshaped(weight, [filters, inputs]), [1, 0]).data
    const op = { kind: 'dense', units: filters, bias: bias !== null, maskable: true } as const
    const layer = context.writer.add(context.name, op, [vector.layer], { kernel, ...(bias && { bias }) })
    return context.set(imageView(context, view, layer))
  }
  const image = context.image(view)
  const depthwise = groups === channels && filters === channels && inputs === 1 && groups > 1
  const rest = { stride, padding, ...(dilation !== 1 && { dilation }), bias: bias !== null, maskable: true }
  const op: LayerNode['kind'] = depthwise ? 'depthwise-conv' : 'conv'
  const kernel = transposed(weight, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]).data
  const layer = context.writer.add(
    context.name,
    op === 'conv'
      ? { kind: 'conv', filters, kernel: [height, width], groups, ...rest }
      : { kind: 'depthwise-conv', kernel: [height, width], ...rest },
    [image],
    { kernel, ...(bias && { bias }) },
  )
  context.set(imageView(context, view, layer))
}

/** [batch, channels, height, width] over a layer that gives an image, or a vector of channels. */
export function imageView(context: Context, before: View, layer: string): View {
  const shape = context.writer.shapeOf(layer)
  const atoms = (axis: number) => (shape[axis] === 1 ? [] : [{ axis, size: shape[axis], stride: 1 }])
  const axes = shape.length === 3 ? [atoms(2), atoms(0), atoms(1)] : [atoms(0), [], []]
  return { kind: 'view', layer, shape, offsets: shape.map(() => 0), axes: [before.axes[0], ...axes] }
}

export const LINEAR: Readonly<Record<string, Operator>> = { Gemm: gemm, MatMul: matmul, Conv: conv }
