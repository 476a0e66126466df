/** Pooling layers, and the subsampling shortcut, which is a pooling of windows of one place. */
import { paddingAmounts, sidePadding } from '../../../../shared/graph/shapes.ts'
import type { LayerNode } from '../../../../shared/graph/types.ts'
import * as op from '../assembly/opcodes.ts'
import type { Image } from '../geometry.ts'
import { imageWords } from '../tape.ts'
import type { LayerContext, SparseLayer } from './types.ts'

type PoolNode = Extract<LayerNode, { kind: 'max-pool' | 'average-pool' }>

/** The words that all pooling records share: sizes, window, stride, padding. */
function windowWords(
  { place }: LayerContext,
  from: Image,
  to: Image,
  size: readonly [number, number],
  stride: number,
  top: number,
  left: number,
): number[] {
  const { channels, height, width } = from.geometry
  return [
    channels,
    height,
    width,
    to.geometry.height,
    to.geometry.width,
    size[0],
    size[1],
    stride,
    top,
    left,
    place,
  ]
}

function poolWords(context: LayerContext, node: PoolNode): number[] {
  const from = context.value(node.inputs[0])
  const { height, width } = from.geometry
  const [top] = paddingAmounts(height, node.size, node.stride, sidePadding(node.padding, 'rows'))
  const [left] = paddingAmounts(width, node.size, node.stride, sidePadding(node.padding, 'columns'))
  return windowWords(context, from, context.value(node.name), [node.size, node.size], node.stride, top, left)
}

/** The gradient of a layer's input, zero where nothing was in it: pooling adds to it. */
export function clearedTarget(context: LayerContext, name: string): Image | null {
  const target = context.target(name)
  if (!target) return null
  const { tape, base, place } = context
  const { channels, height, width } = target.image.geometry
  if (!target.accumulate)
    tape.record(op.CLEAR, ...imageWords(target.image, base), channels, height, width * place)
  return target.image
}

export const maxPool: SparseLayer<'max-pool'> = {
  forward(context, node) {
    const { tape, base } = context
    tape.record(
      op.MAX_POOL,
      ...imageWords(context.value(node.name), base),
      ...imageWords(context.value(node.inputs[0]), base),
      ...poolWords(context, node),
    )
  },
  backward(context, node) {
    const gradient = context.gradient(node.name)
    if (!gradient) return
    const { tape, base } = context
    const to = clearedTarget(context, node.inputs[0])
    if (to) {
      tape.record(
        op.MAX_POOL_GRADIENT,
        ...imageWords(to, base),
        ...imageWords(gradient, base),
        ...imageWords(context.value(node.inputs[0]), base),
        ...imageWords(context.value(node.name), base),
        ...poolWords(context, node),
      )
    }
    context.release(node.name)
  },
}

/** Words of a mean over windows, and over how many places it goes (0: those inside). */
interface Averaging {
  readonly words: readonly number[]
  readonly area: number
}

function averageForward(context: LayerContext, from: Image, to: Image, { words, area }: Averaging): void {
  const { tape, base } = context
  tape.record(op.AVERAGE_POOL, ...imageWords(to, base), ...imageWords(from, base), ...words, area)
}

function averageBackward(
  context: LayerContext,
  name: string,
  gradient: Image,
  { words, area }: Averaging,
): void {
  const { tape, base } = context
  const to = clearedTarget(context, name)
  if (to)
    tape.record(
      op.AVERAGE_POOL_GRADIENT,
      ...imageWords(to, base),
      ...imageWords(gradient, base),
      ...words,
      area,
    )
}

function averaging(context: LayerContext, node: Extract<LayerNode, { kind: 'average-pool' }>): Averaging {
  const insideOnly = node.padding === 'same' || node.excludePadding === true
  return { words: poolWords(context, node), area: insideOnly ? 0 : node.size * node.size }
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
    words: windowWords(context, from, context.value(node.name), [height, width], 1, 0, 0),
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
  return { words: windowWords(context, from, context.value(node.name), [1, 1], node.stride, 0, 0), area: 1 }
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
