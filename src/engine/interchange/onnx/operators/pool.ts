/** Pooling, and means over all places. */
import type { Context } from '../context.ts'
import { unable } from '../failure.ts'
import { fromEnd } from '../extents.ts'
import { BATCH, extentsOf, isWhole, withoutBatch } from '../view.ts'
import type { View } from '../view.ts'
import { imageView } from './linear.ts'
import { moment } from './norm.ts'
import type { Operator } from './types.ts'
import { windowOf } from './window.ts'

/** The side of a square window; null where the window is the whole image. */
function sideOf(context: Context): number {
  const [height, width] = context.integers('kernel_shape', -1) ?? []
  if (height === undefined || width === undefined)
    return unable('it pools along one axis; the bench pools images')
  return height === width
    ? height
    : unable(`its window is ${height} × ${width}; those of the bench are square`)
}

/** Whether a window covers the whole image at once, whatever its sides. */
function coversImage(context: Context): boolean {
  const value = context.input(0)
  if (value?.kind !== 'view' && value?.kind !== 'applied') return false
  const [, , height, width] = context.extents(value)
  const kernel = context.integers('kernel_shape', -1) ?? []
  const pads = context.integers('pads', -1) ?? []
  return kernel[0] === height && kernel[1] === width && pads.every((zeros) => zeros === 0)
}

const maxPool: Operator = (context) => {
  const size = sideOf(context)
  if (context.input(0)?.kind === 'padded') unable('zeros around an image are no padding of a maximum')
  const { view, stride, padding, dilation } = windowOf(context, [size, size])
  if (dilation !== 1) unable('its window has holes (dilations)')
  const layer = context.writer.add(context.name, { kind: 'max-pool', size, stride, padding }, [
    context.image(view),
  ])
  context.set(imageView(context, view, layer))
}

const averagePool: Operator = (context) => {
  if (coversImage(context)) return globalAverage(context, context.view(0))
  const size = sideOf(context)
  const { view, stride, padding, dilation } = windowOf(context, [size, size])
  if (dilation !== 1) unable('its window has holes (dilations)')
  if (size === 1 && stride === 1 && padding === 0) return context.set(view)
  const image = context.image(view)
  const pads = context.integers('pads', -1) ?? []
  const own = context.input(0)?.kind === 'padded' || pads.some((zeros) => zeros !== 0)
  const counts = context.number('count_include_pad', 0) !== 0 || context.input(0)?.kind === 'padded'
  const ceiled = typeof padding === 'object' && context.number('ceil_mode', 0) !== 0
  if (counts && own && ceiled) unable('it counts its padding, but not what ceil_mode adds')
  const exclude = padding !== 0 && (!counts || ceiled)
  const op = {
    kind: 'average-pool',
    size,
    stride,
    padding,
    ...(exclude && { excludePadding: true }),
  } as const
  context.set(imageView(context, view, context.writer.add(context.name, op, [image])))
}

const globalAveragePool: Operator = (context) => globalAverage(context, context.view(0))

const globalMaxPool: Operator = (context) => {
  const view = context.view(0)
  const [, , height, width] = extentsOf(view)
  if (height !== width) unable(`its image is ${height} × ${width}; windows of the bench are square`)
  const op = { kind: 'max-pool', size: height, stride: height, padding: 0 } as const
  context.set(imageView(context, view, context.writer.add(context.name, op, [context.image(view)])))
}

/** The mean over height and width of [batch, channels, height, width]. */
function globalAverage(context: Context, view: View): void {
  const axes = [...view.axes.keys()].slice(2)
  context.set(meanOver(context, view, axes, true))
}

/** ReduceMean: over all places, or the first step of a layer norm that is written out. */
const reduceMean: Operator = (context) => {
  const value = context.input(0)
  const rank = value === null ? 0 : context.extents(value).length
  const axes = (context.integers('axes', 1) ?? [...Array(rank).keys()]).map((axis) => fromEnd(axis, rank))
  const keep = context.number('keepdims', 1) !== 0
  if (value !== null && moment(context, value, axes, keep)) return
  context.set(meanOver(context, context.view(0), axes, keep))
}

function meanOver(context: Context, view: View, axes: readonly number[], keep: boolean): View {
  const dropped = axes.flatMap((axis) => view.axes[axis])
  if (dropped.some((atom) => atom.axis === BATCH)) unable('it takes a mean over the examples of a batch')
  const kept = view.axes.flatMap((atoms, axis) => (axes.includes(axis) ? [] : [atoms]))
  const features = kept.filter((atoms) => withoutBatch(atoms).length > 0)
  if (features.length > 1)
    unable('it takes a mean over some places only; means of the bench are over all places')
  const group = features[0] ?? []
  const natural = dropped.toSorted((a, b) => a.axis - b.axis || b.stride - a.stride)
  const image = view.shape.length === 3 && isWhole(view) && natural.length === 2
  // [places, 1, features] is an image too.
  const places = image ? natural.map((atom) => [atom]) : [natural, []]
  const layer =
    dropped.length === 0
      ? context.writer.arrange(view, [group], context.name)
      : context.writer.add(context.name, { kind: 'global-average-pool' }, [
          context.writer.arrange(view, [...places, group], context.name),
        ])
  const size = context.writer.shapeOf(layer)[0]
  const reread = view.axes.map((atoms) => {
    if (atoms === group) return size === 1 ? [] : [{ axis: 0, size, stride: 1 }]
    return atoms.filter((atom) => atom.axis === BATCH)
  })
  const result = keep ? reread : reread.filter((_, axis) => !axes.includes(axis))
  return { kind: 'view', layer, shape: [size], offsets: [0], axes: result }
}

export const POOLING: Readonly<Record<string, Operator>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
  GlobalMaxPool: globalMaxPool,
  ReduceMean: reduceMean,
}
