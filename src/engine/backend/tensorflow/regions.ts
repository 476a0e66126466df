/**
 * Finds repetition in a function: runs of equal layers, forward or backward, that can be computed by one
 * loop.
 *
 * A region is `count` blocks of `period` nodes that follow each other in the node list, where block k + 1
 * does to its inputs what block k does. TensorFlow's start-up time follows the number of nodes, so that 1000
 * equal layers cost as much as one. Layers are equal when their parameters are slices of one stacked
 * variable.
 */
import type { Node, Value } from '../../ops/ir.ts'

/** An output of a node of the block, by the node's place in the block. */
export interface BlockOutput {
  readonly position: number
  readonly index: number
}

/** Where an input of a block's node comes from; block k reads item `start + step·k` of a series. */
export type Source =
  | { readonly kind: 'invariant'; readonly value: Value }
  | { readonly kind: 'local'; readonly output: BlockOutput }
  | { readonly kind: 'carried'; readonly output: BlockOutput; readonly initial: Value }
  | { readonly kind: 'slice'; readonly unstack: Node; readonly start: number; readonly step: 1 | -1 }
  | {
      readonly kind: 'saved'
      readonly region: Region
      readonly output: BlockOutput
      readonly start: number
      readonly step: 1 | -1
    }

export interface Region {
  /** Place of the first block in the node list. */
  readonly start: number
  readonly period: number
  readonly count: number
  /** By place in the block and number of the input. */
  readonly sources: readonly (readonly Source[])[]
}

const MIN_COUNT = 6
const MAX_PERIOD = 96

/** Regions in the order of the list; they do not overlap. */
export function findRegions(nodes: readonly Node[]): Region[] {
  const finder = new Finder(nodes)
  const regions: Region[] = []
  for (let start = 0; start < nodes.length;) {
    const region = finder.regionAt(start, regions)
    if (region) regions.push(region)
    start += region ? region.period * region.count : 1
  }
  return regions
}

/** The block and the output of a value, or null when its node is not of the region. */
export function placeIn(
  region: Region,
  place: number,
  index: number,
): { block: number; output: BlockOutput } | null {
  const offset = place - region.start
  if (offset < 0 || offset >= region.period * region.count) return null
  return { block: Math.floor(offset / region.period), output: { position: offset % region.period, index } }
}

class Finder {
  readonly #nodes: readonly Node[]
  readonly #places: ReadonlyMap<Node, number>
  /** Equal numbers: equal op, attributes and output types. */
  readonly #kinds: readonly number[]

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes
    this.#places = new Map(nodes.map((node, place) => [node, place]))
    const known = new Map<string, number>()
    this.#kinds = nodes.map((node) => {
      const key = JSON.stringify([node.op, node.attributes, node.outputs, node.inputs.length])
      const kind = known.get(key) ?? known.size
      known.set(key, kind)
      return kind
    })
  }

  regionAt(start: number, before: readonly Region[]): Region | null {
    const limit = Math.min(MAX_PERIOD, Math.floor((this.#nodes.length - start) / MIN_COUNT))
    for (let period = 1; period <= limit; period++) {
      if (!this.#repeats(start, period)) continue
      const sources = this.#sourcesOf(start, period, before)
      if (!sources) continue
      let count = 2
      while (this.#continues({ start, period, count, sources })) count++
      if (count >= MIN_COUNT) return { start, period, count, sources }
    }
    return null
  }

  /** Two blocks of the same kinds of nodes, none of which touches the outer world. */
  #repeats(start: number, period: number): boolean {
    for (let place = start; place < start + period; place++) {
      if (this.#kinds[place] !== this.#kinds[place + period]) return false
    }
    return this.#nodes.slice(start, start + period).every((node) => node.inputs.length > 0)
  }

  #sourcesOf(start: number, period: number, before: readonly Region[]): Source[][] | null {
    const initials = new Map<string, Value>()
    const blocks: Source[][] = []
    for (let position = 0; position < period; position++) {
      const first = this.#nodes[start + position]
      const second = this.#nodes[start + period + position]
      const sources: Source[] = []
      for (const [input, value] of first.inputs.entries()) {
        const source = this.#classify(value, second.inputs[input], start, period, before)
        if (!source) return null
        if (source.kind === 'carried') {
          const key = outputKey(source.output)
          const initial = initials.get(key) ?? source.initial
          if (!sameValue(initial, source.initial)) return null
          initials.set(key, initial)
        }
        sources.push(source)
      }
      blocks.push(sources)
    }
    return blocks
  }

  /** What an input is, from its values in the first two blocks. */
  #classify(a: Value, b: Value, start: number, period: number, before: readonly Region[]): Source | null {
    const [from, to] = [this.#placeOf(a), this.#placeOf(b)]
    if (sameValue(a, b)) return from < start ? { kind: 'invariant', value: a } : null
    if (to >= start + period) {
      const local = from === to - period && a.index === b.index
      return local ? { kind: 'local', output: { position: from - start, index: a.index } } : null
    }
    if (to >= start) {
      const fits = from < start && JSON.stringify(a.type) === JSON.stringify(b.type)
      return fits ? { kind: 'carried', output: { position: to - start, index: b.index }, initial: a } : null
    }
    if (a.node === b.node && a.node.op === 'unstack') {
      const step = stepOf(b.index - a.index)
      return step && { kind: 'slice', unstack: a.node, start: a.index, step }
    }
    for (const region of before) {
      const [first, second] = [placeIn(region, from, a.index), placeIn(region, to, b.index)]
      if (!first || !second || outputKey(first.output) !== outputKey(second.output)) continue
      const step = stepOf(second.block - first.block)
      return step && { kind: 'saved', region, output: first.output, start: first.block, step }
    }
    return null
  }

  /** Whether the block after the region's last does the same. */
  #continues({ start, period, count, sources }: Region): boolean {
    const next = start + period * count
    if (next + period > this.#nodes.length) return false
    for (let position = 0; position < period; position++) {
      if (this.#kinds[next + position] !== this.#kinds[start + position]) return false
      const { inputs } = this.#nodes[next + position]
      if (
        !inputs.every((value, input) => this.#matches(value, sources[position][input], next, period, count))
      )
        return false
    }
    return true
  }

  #matches(value: Value, source: Source, next: number, period: number, block: number): boolean {
    switch (source.kind) {
      case 'invariant':
        return sameValue(value, source.value)
      case 'local':
        return this.#isAt(value, next, source.output)
      case 'carried':
        return this.#isAt(value, next - period, source.output)
      case 'slice':
        return value.node === source.unstack && value.index === source.start + source.step * block
      case 'saved': {
        const { region, output, start, step } = source
        const item = start + step * block
        return (
          item >= 0 && item < region.count && this.#isAt(value, region.start + item * region.period, output)
        )
      }
    }
  }

  #isAt(value: Value, blockStart: number, output: BlockOutput): boolean {
    return value.index === output.index && this.#placeOf(value) === blockStart + output.position
  }

  #placeOf(value: Value): number {
    const place = this.#places.get(value.node)
    if (place === undefined)
      throw new Error(`node ${value.node.id} (${value.node.op}) is not in the function`)
    return place
  }
}

export function outputKey(output: BlockOutput): string {
  return `${output.position}:${output.index}`
}

export function sameValue(a: Value, b: Value): boolean {
  return a.node === b.node && a.index === b.index
}

function stepOf(difference: number): 1 | -1 | null {
  return difference === 1 ? 1 : difference === -1 ? -1 : null
}
