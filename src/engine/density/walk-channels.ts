/**
 * Where a walk may go through a layer without a maskable kernel: from a channel (of the last axis) of one of
 * its inputs to a channel of its output, and back.
 */
import { kernelChannels } from './walk-edges.ts'
import type { LayerNode, Shape } from '../../shared/graph/types.ts'
import type { Stream } from '../rng.ts'

/** Shapes of a layer's inputs and of its output. */
export interface LayerShapes {
  readonly node: LayerNode
  readonly inputs: readonly Shape[]
  readonly output: Shape
}

const last = (shape: Shape): number => shape[shape.length - 1]

/** A number of {first, …, first + count − 1} that leaves `rest` when divided by `step`. */
const spread = (rest: number, step: number, count: number, stream: Stream): number =>
  rest + step * stream.integer(count / step)

/** Row-major regrouping of the last axis: channels come around, or are told apart at random. */
function regrouped(channel: number, from: number, to: number, stream: Stream): number {
  if (from % to === 0) return channel % to
  return to % from === 0 ? spread(channel, from, to, stream) : stream.integer(to)
}

/** Any channel of the same group (of a convolution that is not scored, or of a head). */
const within = (channel: number, from: number, to: number, stream: Stream): number =>
  Math.floor(channel / from) * to + stream.integer(to)

/** Where the entries of input `index` stand in a concatenation. */
const offsetOf = (inputs: readonly Shape[], index: number): number =>
  inputs.slice(0, index).reduce((sum, shape) => sum + last(shape), 0)

const keepsLast = (axes: readonly number[]): boolean => axes[axes.length - 1] === axes.length - 1

/** The channel of the output that channel `channel` of input `index` leads to; null for none. */
export function channelAfter(
  { node, inputs, output }: LayerShapes,
  index: number,
  channel: number,
  stream: Stream,
): number | null {
  const from = last(inputs[index])
  const to = last(output)
  switch (node.kind) {
    case 'concat':
      return offsetOf(inputs, index) + channel
    case 'slice': {
      if (node.axis !== output.length - 1) return channel
      const at = channel - node.begin
      return at >= 0 && at < node.size ? at : null
    }
    case 'pad-shortcut':
      return channel + Math.floor((to - from) / 2)
    case 'permute':
      return keepsLast(node.axes) ? channel : stream.integer(to)
    case 'flatten':
    case 'reshape':
      return regrouped(channel, from, to, stream)
    case 'attention':
    case 'token-embedding':
      return stream.integer(to)
    case 'dot-product-attention': {
      const part = inputs.length === 1 ? Math.floor(channel / to) : index
      const feature = channel % to
      const depth = to / node.heads
      return part === 2 ? feature : within(feature, depth, depth, stream)
    }
    default: {
      const channels = kernelChannels(node, from)
      if (!channels) return channel
      return within(channel, channels.inputs / channels.groups, channels.outputs / channels.groups, stream)
    }
  }
}

/** The channel of input `index` that channel `channel` of the output comes from; null for none. */
export function channelBefore(
  { node, inputs, output }: LayerShapes,
  index: number,
  channel: number,
  stream: Stream,
): number | null {
  const from = last(inputs[index])
  const to = last(output)
  switch (node.kind) {
    case 'concat': {
      const at = channel - offsetOf(inputs, index)
      return at >= 0 && at < from ? at : null
    }
    case 'slice':
      return node.axis === output.length - 1 ? channel + node.begin : channel
    case 'pad-shortcut': {
      const at = channel - Math.floor((to - from) / 2)
      return at >= 0 && at < from ? at : null
    }
    case 'permute':
      return keepsLast(node.axes) ? channel : stream.integer(from)
    case 'flatten':
    case 'reshape':
      return regrouped(channel, to, from, stream)
    case 'attention':
    case 'token-embedding':
      return stream.integer(from)
    case 'dot-product-attention': {
      const part = inputs.length === 1 ? stream.integer(3) : index
      const depth = to / node.heads
      const feature = part === 2 ? channel : within(channel, depth, depth, stream)
      return inputs.length === 1 ? part * to + feature : feature
    }
    default: {
      const channels = kernelChannels(node, from)
      if (!channels) return channel
      return within(channel, channels.outputs / channels.groups, channels.inputs / channels.groups, stream)
    }
  }
}
