/** Edges of a kernel as random walks see them: between channels, one an entry. */
import type { LayerNode } from '../../shared/graph/types.ts'
import type { Stream } from '../rng.ts'

export interface Edge {
  /** Channel at its other end. */
  readonly to: number
  /** Flat index of its entry in the kernel. */
  readonly entry: number
}

/** Channels of a kernel: those of one group are connected. */
export interface KernelChannels {
  readonly inputs: number
  readonly outputs: number
  readonly groups: number
  /** Positions of the kernel. */
  readonly taps: number
}

/** Channels of a layer with a kernel that is fed `inputs` channels; null for layers without. */
export function kernelChannels(node: LayerNode, inputs: number): KernelChannels | null {
  switch (node.kind) {
    case 'dense':
      return { inputs, outputs: node.units, groups: 1, taps: 1 }
    case 'conv':
      return { inputs, outputs: node.filters, groups: node.groups, taps: node.kernel[0] * node.kernel[1] }
    case 'depthwise-conv':
      return { inputs, outputs: inputs, groups: inputs, taps: node.kernel[0] * node.kernel[1] }
    default:
      return null
  }
}

/** Running sums of |w| by channel, and the edge that a uniform number falls on. */
class Side {
  readonly #sums: Float32Array
  readonly #edges: number

  constructor(channels: number, edges: number, weight: (channel: number, edge: number) => number) {
    this.#edges = edges
    this.#sums = new Float32Array(channels * edges)
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let edge = 0; edge < edges; edge++) {
        sum += weight(channel, edge)
        this.#sums[channel * edges + edge] = sum
      }
    }
  }

  total(channel: number): number {
    return this.#sums[(channel + 1) * this.#edges - 1]
  }

  /** The first edge whose running sum exceeds a random share of the total. */
  draw(channel: number, stream: Stream): number {
    const start = channel * this.#edges
    const wanted = stream.uniform() * this.total(channel)
    let low = 0
    let high = this.#edges - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#sums[start + middle] > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}

/**
 * A kernel [taps, inputs/groups, outputs] for walks: from an input channel an edge is taken with probability
 * |w|/Σ|w| over its taps and the outputs of its group, from an output channel over its taps and the inputs
 * (PHEW, Patil and Dovrolis 2021, arXiv 2010.11354).
 */
export class WalkEdges {
  readonly #channels: KernelChannels
  readonly #inputsOfGroup: number
  readonly #outputsOfGroup: number
  readonly #forward: Side
  readonly #backward: Side

  constructor(channels: KernelChannels, values: Float64Array) {
    const { inputs, outputs, groups, taps } = channels
    this.#channels = channels
    this.#inputsOfGroup = inputs / groups
    this.#outputsOfGroup = outputs / groups
    this.#forward = new Side(inputs, taps * this.#outputsOfGroup, (channel, edge) =>
      Math.abs(values[this.#fromInput(channel, edge).entry]),
    )
    this.#backward = new Side(outputs, taps * this.#inputsOfGroup, (channel, edge) =>
      Math.abs(values[this.#fromOutput(channel, edge).entry]),
    )
  }

  /** A random edge from an input channel; null where all its weights are 0. */
  forward(channel: number, stream: Stream): Edge | null {
    return this.#forward.total(channel) > 0
      ? this.#fromInput(channel, this.#forward.draw(channel, stream))
      : null
  }

  /** A random edge from an output channel; null where all its weights are 0. */
  backward(channel: number, stream: Stream): Edge | null {
    return this.#backward.total(channel) > 0
      ? this.#fromOutput(channel, this.#backward.draw(channel, stream))
      : null
  }

  #fromInput(channel: number, edge: number): Edge {
    const tap = Math.floor(edge / this.#outputsOfGroup)
    const group = Math.floor(channel / this.#inputsOfGroup)
    const to = group * this.#outputsOfGroup + (edge % this.#outputsOfGroup)
    return { to, entry: this.#entry(tap, channel % this.#inputsOfGroup, to) }
  }

  #fromOutput(channel: number, edge: number): Edge {
    const tap = Math.floor(edge / this.#inputsOfGroup)
    const group = Math.floor(channel / this.#outputsOfGroup)
    const inner = edge % this.#inputsOfGroup
    return { to: group * this.#inputsOfGroup + inner, entry: this.#entry(tap, inner, channel) }
  }

  #entry(tap: number, inner: number, output: number): number {
    return (tap * this.#inputsOfGroup + inner) * this.#channels.outputs + output
  }
}
