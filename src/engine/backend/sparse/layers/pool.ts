/** Pooling layers, and the subsampling shortcut, which is a pooling of windows of one place. */
import { paddingAmounts, sidePadding } from '../../../../shared/graph/shapes.ts'
import type { LayerNode } from '../../../../shared/graph/types.ts'
import type { Image } from '../model/geometry.ts'
import type { RecordFields } from '../instructions/index.ts'
import { rowsOf } from './extent.ts'
import type { LayerContext, SparseLayer } from './types.ts'

type PoolNode = Extract<LayerNode, { kind: 'max-pool' | 'average-pool' }>

/** What all pooling records share. */
type Window = Omit<RecordFields<'MAX_POOL'>, 'to' | 'from'>

function windowOf(
  { place }: LayerContext,
  from: Image,
  to: Image,
  size: readonly [number, number],
  stride: number,
  top: number,
  left: number,
): Window {
  const { channels, height, width } = from.geometry
  return {
    channels,
    height,
    width,
    outHeight: to.geometry.height,
    outWidth: to.geometry.width,
    sizeY: size[0],
    sizeX: size[1],
    stride,
    top,
    left,
    bytes: place,
  }
}

function poolWindow(context: LayerContext, node: PoolNode): Window {
  const from = context.value(node.inputs[0])
  const { height, width } = from.geometry
  const [top] = paddingAmounts(height, node.size, node.stride, sidePadding(node.padding, 'rows'))
  const [left] = paddingAmounts(width, node.size, node.stride, sidePadding(node.padding, 'columns'))
  return windowOf(context, from, context.value(node.name), [node.size, node.size], node.stride, top, left)
}

/** The gradient of a layer's input, zero where nothing was in it: pooling adds to it. */
export function clearedTarget(context: LayerContext, name: string): Image | null {
  const target = context.target(name)
  if (!target) return null
  const { tape, base, place } = context
  if (!target.accumulate) tape.write('CLEAR', base, { to: target.image, ...rowsOf(target.image, place) })
  return target.image
}

export const maxPool: SparseLayer<'max-pool'> = {
  forward(context, node) {
    const { tape, base } = context
    tape.write('MAX_POOL', base, {
      to: context.value(node.name),
      from: context.value(node.inputs[0]),
      ...poolWindow(context, node),
    })
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    const { tape, base } = context
    const to = clearedTarget(context, node.inputs[0])
    if (to) {
      tape.write('MAX_POOL_GRADIENT', base, {
        to,
        gradient,
        image: context.value(node.inputs[0]),
        pooled: context.value(node.name),
        ...poolWindow(context, node),
      })
    }
    context.release(node.name)
  },
}

/** A mean over windows, and over how many places it goes (0: those inside). */
type Averaging = Omit<RecordFields<'AVERAGE_POOL'>, 'to' | 'from'>

function averageForward({ tape, base }: LayerContext, from: Image, to: Image, averaging: Averaging): void {
  tape.write('AVERAGE_POOL', base, { to, from, ...averaging })
}

function averageBackward(context: LayerContext, name: string, gradient: Image, averaging: Averaging): void {
  const to = clearedTarget(context, name)
  if (to) context.tape.write('AVERAGE_POOL_GRADIENT', context.base, { to, gradient, ...averaging })
}

function averaging(context: LayerContext, node: Extract<LayerNode, { kind: 'average-pool' }>): Averaging {
  const insideOnly = node.padding === 'same' || node.excludePadding === true
  return { ...poolWindow(context, node), area: insideOnly ? 0 : node.size * node.size }
}

export const averagePool: SparseLayer<'average-pool'> = {
  forward(context, node) {
    averageForward(context, context.value(node.inputs[0]), context.value(node.name), averaging(context, node))
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    averageBackward(context, node.inputs[0], gradient, averaging(context, node))
    context.release(node.name)
  },
}

function wholeImage(context: LayerContext, node: LayerNode): Averaging {
  const from = context.value(node.inputs[0])
  const { height, width } = from.geometry
  return {
    ...windowOf(context, from, context.value(node.name), [height, width], 1, 0, 0),
    area: height * width,
  }
}

export const globalAveragePool: SparseLayer<'global-average-pool'> = {
  forward(context, node) {
    averageForward(
      context,
      context.value(node.inputs[0]),
      context.value(node.name),
      wholeImage(context, node),
    )
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    averageBackward(context, node.inputs[0], gradient, wholeImage(context, node))
    context.release(node.name)
  },
}

type ShortcutNode = Extract<LayerNode, { kind: 'pad-shortcut' }>

/** The channels of a padded image that come from the input: the rest stay as they were made, 0. */
function inner(context: LayerContext, node: ShortcutNode, image: Image): Image {
  const { channels } = context.value(node.inputs[0]).geometry
  return { ...image, at: image.at + Math.floor((node.channels - channels) / 2) * image.plane }
}

function subsampling(context: LayerContext, node: ShortcutNode): Averaging {
  const from = context.value(node.inputs[0])
  const window = windowOf(context, from, context.value(node.name), [1, 1], node.stride, 0, 0)
  return { ...window, area: 1 }
}

export const padShortcut: SparseLayer<'pad-shortcut'> = {
  forward(context, node) {
    const to = inner(context, node, context.value(node.name))
    averageForward(context, context.value(node.inputs[0]), to, subsampling(context, node))
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    averageBackward(context, node.inputs[0], inner(context, node, gradient), subsampling(context, node))
    context.release(node.name)
  },
}
