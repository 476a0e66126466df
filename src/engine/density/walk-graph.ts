/** Random walks through a model, from its inputs to its outputs and back. */
import { inferShapes } from '../../shared/graph/shapes.ts'
import type { LayerGraph, LayerNode } from '../../shared/graph/types.ts'
import type { Stream } from '../rng.ts'
import { channelAfter, channelBefore } from './walk-channels.ts'
import type { LayerShapes } from './walk-channels.ts'
import { kernelChannels, WalkEdges } from './walk-edges.ts'

/** An entry of a kernel that a walk went over. */
export interface Visit {
  readonly kernel: string
  readonly entry: number
}

interface Layer extends LayerShapes {
  readonly kernel: string
  /** Null where the layer has no kernel that walks are recorded on. */
  readonly edges: WalkEdges | null
  readonly consumers: { readonly layer: LayerNode; readonly index: number }[]
}

/**
 * Walks take, at a layer with a scored kernel, an edge with probability |w|/Σ|w|, and keep their channel
 * through layers that do; where a value is used by several layers, or made of several, they take one of those
 * that the channel leads to, each equally likely.
 */
export class WalkGraph {
  readonly #layers = new Map<string, Layer>()
  readonly #first: Layer
  readonly #last: Layer

  /** `values`: of the kernels that are scored, by name. */
  constructor(graph: LayerGraph, values: ReadonlyMap<string, Float64Array>) {
    const shapes = inferShapes(graph)
    const shapeOf = (name: string) => shapes.get(name) ?? []
    for (const node of graph.nodes) {
      const inputs = node.inputs.map(shapeOf)
      const kernel = `${node.name}.kernel`
      const data = values.get(kernel)
      const channels = node.inputs.length === 1 ? kernelChannels(node, inputs[0][inputs[0].length - 1]) : null
      this.#layers.set(node.name, {
        node,
        inputs,
        output: shapeOf(node.name),
        kernel,
        edges: data && channels ? new WalkEdges(channels, data) : null,
        consumers: [],
      })
      node.inputs.forEach((name, index) => this.#layer(name).consumers.push({ layer: node, index }))
    }
    this.#first = this.#layer(graph.nodes[0].name)
    this.#last = this.#layer(graph.output)
  }

  /** From a random channel of the input to the outputs; null where it came to a dead end. */
  forward(stream: Stream): Visit[] | null {
    const visits: Visit[] = []
    let at = this.#first
    let channel = stream.integer(at.output[at.output.length - 1])
    while (at !== this.#last) {
      const ways = at.consumers.flatMap(({ layer, index }) => {
        const next = this.#layer(layer.name)
        return next.edges || channelAfter(next, index, channel, stream) !== null ? [{ next, index }] : []
      })
      if (ways.length === 0) return null
      const { next, index } = ways[ways.length === 1 ? 0 : stream.integer(ways.length)]
      const to = next.edges
        ? this.#take(next, next.edges.forward(channel, stream), visits)
        : channelAfter(next, index, channel, stream)
      if (to === null) return null
      channel = to
      at = next
    }
    return visits
  }

  /** From a random output to the input; null where it came to a dead end. */
  backward(stream: Stream): Visit[] | null {
    const visits: Visit[] = []
    let at = this.#last
    let channel = stream.integer(at.output[at.output.length - 1])
    while (at !== this.#first) {
      const layer = at
      const from = channel
      if (layer.edges) {
        const to = this.#take(layer, layer.edges.backward(from, stream), visits)
        if (to === null) return null
        channel = to
        at = this.#layer(layer.node.inputs[0])
        continue
      }
      const ways = layer.node.inputs.flatMap((name, index) => {
        const to = channelBefore(layer, index, from, stream)
        return to === null || !this.#reaches(name, to) ? [] : [{ name, to }]
      })
      if (ways.length === 0) return null
      const way = ways[ways.length === 1 ? 0 : stream.integer(ways.length)]
      channel = way.to
      at = this.#layer(way.name)
    }
    return visits
  }

  /** False for the channels of zeros that a shortcut adds. */
  #reaches(name: string, channel: number): boolean {
    const { node, inputs, output } = this.#layer(name)
    if (node.kind !== 'pad-shortcut') return true
    const [from, to] = [inputs[0][inputs[0].length - 1], output[output.length - 1]]
    const at = channel - Math.floor((to - from) / 2)
    return at >= 0 && at < from
  }

  #take(
    { kernel }: Layer,
    edge: { readonly to: number; readonly entry: number } | null,
    visits: Visit[],
  ): number | null {
    if (!edge) return null
    visits.push({ kernel, entry: edge.entry })
    return edge.to
  }

  #layer(name: string): Layer {
    const layer = this.#layers.get(name)
    if (!layer) throw new Error(`walks: no layer ${name}`)
    return layer
  }
}
