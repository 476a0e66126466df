/** The nodes of one function → TensorFlow nodes, with repeated layers as loops. */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { operation } from '../../ops/index.ts'
import type { Node, Value } from '../../ops/ir.ts'
import { emitLoop } from './loop.ts'
import type { Collector, LoopPlan, LoopResult, Outside } from './loop.ts'
import { findRegions, placeIn, outputKey } from './regions.ts'
import type { Region, BlockOutput } from './regions.ts'
import type { Place, Series, SeriesKind } from './series.ts'
import type { VariableScope } from './scope.ts'

/** What a function's nodes stand among. */
export interface Surroundings {
  readonly variables: VariableScope
  readonly kind: SeriesKind
  /** References that stand for the placeholders of these names. */
  readonly fed?: ReadonlyMap<string, string>
}

/** What a function's nodes became. */
export interface EmittedNodes {
  /** How to refer to a value. */
  lookup(value: Value): string
  /** Handles of the TensorArrays that loops fill. */
  readonly arrays: readonly string[]
}

/** Emits all nodes. `uses` are the values that will be asked for. */
export function emitNodes(
  writer: GraphWriter,
  nodes: readonly Node[],
  uses: readonly Value[],
  surroundings: Surroundings,
): EmittedNodes {
  return new FunctionWriter(writer, nodes, uses, surroundings).emit()
}

interface Located {
  readonly region: Region
  readonly block: number
  readonly output: BlockOutput
}

class FunctionWriter implements Outside {
  readonly kind: SeriesKind
  readonly #writer: GraphWriter
  readonly #nodes: readonly Node[]
  readonly #variables: VariableScope
  readonly #fed: ReadonlyMap<string, string>
  readonly #places: ReadonlyMap<Node, number>
  readonly #regions: readonly Region[]
  readonly #saved = new Map<Region, Map<string, BlockOutput>>()
  readonly #collectors = new Map<Node, { region: Region; collector: Collector }>()
  readonly #references = new Map<Node, readonly string[]>()
  readonly #results = new Map<Region, LoopResult>()
  readonly #reads = new Map<string, string>()

  constructor(
    writer: GraphWriter,
    nodes: readonly Node[],
    uses: readonly Value[],
    { variables, kind, fed = new Map() }: Surroundings,
  ) {
    this.#writer = writer
    this.kind = kind
    this.#fed = fed
    this.#nodes = nodes
    this.#variables = variables
    this.#places = new Map(nodes.map((node, place) => [node, place]))
    this.#regions = findRegions(nodes)
    for (const region of this.#regions) {
      this.#saved.set(region, new Map())
      for (const source of region.sources.flat()) {
        if (source.kind === 'invariant') this.#demand(source.value)
        else if (source.kind === 'carried') this.#demand(source.initial)
        else if (source.kind === 'saved')
          this.#saved.get(source.region)?.set(outputKey(source.output), source.output)
      }
    }
    const inside = new Set(
      this.#regions.flatMap((region) =>
        nodes.slice(region.start, region.start + region.period * region.count),
      ),
    )
    for (const node of nodes) if (!inside.has(node)) this.#demandInputs(node)
    uses.forEach((value) => this.#demand(value))
  }

  emit(): EmittedNodes {
    let place = 0
    for (const region of this.#regions) {
      this.#emitSingles(place, region.start)
      this.#results.set(region, emitLoop(this.#writer, this.#nodes, this.#planOf(region), this))
      place = region.start + region.period * region.count
    }
    this.#emitSingles(place, this.#nodes.length)
    const arrays = [...this.#results.values()]
      .flatMap(({ saved, collected }) => [...saved.values(), ...collected.values()])
      .flatMap(({ handle }) => handle ?? [])
    return { lookup: (value) => this.lookup(value), arrays }
  }

  lookup(value: Value): string {
    const located = this.#locate(value)
    if (located) return this.#lookupInLoop(located)
    const known = this.#references.get(value.node)
    if (known) return known[value.index]
    // An `unstack` is written when something outside the loops wants its outputs.
    const references = operation(value.node.op).graphdef(
      this.#writer,
      value.node.inputs.map((input) => this.lookup(input)),
      value.node,
    )
    this.#references.set(value.node, references)
    return references[value.index]
  }

  series(region: Region, output: BlockOutput): Series {
    const series = this.#results.get(region)?.saved.get(outputKey(output))
    if (!series) throw new Error(`loop at ${region.start}: output ${outputKey(output)} was not kept`)
    return series
  }

  #emitSingles(from: number, to: number): void {
    for (const node of this.#nodes.slice(from, to)) {
      if (node.op === 'unstack') continue
      const collected = this.#collectors.get(node)
      this.#references.set(node, collected ? [this.#emitStack(node, collected)] : this.#emitSingle(node))
    }
  }

  #emitSingle(node: Node): readonly string[] {
    const name = String(node.attributes['name'])
    if (node.op === 'variable') return [this.#variables.read(name)]
    const fed = node.op === 'placeholder' ? this.#fed.get(name) : undefined
    if (fed !== undefined) return [fed]
    return operation(node.op).graphdef(
      this.#writer,
      node.inputs.map((input) => this.lookup(input)),
      node,
    )
  }

  /** The loop has written its items; the others are added here. */
  #emitStack(node: Node, { region, collector }: { region: Region; collector: Collector }): string {
    const series = this.#results.get(region)?.collected.get(node)
    if (!series) throw new Error(`node ${node.id} (stack) was not collected`)
    const complete = node.inputs.reduce((so, value, index) => {
      if (blockOf(collector, region, index) !== null) return so
      return { ...so, state: this.kind.write(this.#writer, so, this.#place(index), this.lookup(value)) }
    }, series)
    return this.kind.join(this.#writer, complete)
  }

  #lookupInLoop({ region, block, output }: Located): string {
    const result = this.#results.get(region)
    const last = block === region.count - 1 ? result?.last.get(outputKey(output)) : undefined
    if (last) return last
    const series = this.series(region, output)
    const key = `${series.state} ${block}`
    const known = this.#reads.get(key)
    if (known) return known
    const read = this.kind.read(this.#writer, series, this.#place(block))
    this.#reads.set(key, read)
    return read
  }

  #place(item: number): Place {
    const vector = (value: number): string => this.#writer.constant('int', [1], [value])
    return {
      item: () => this.#writer.constant('int', [], [item]),
      bounds: () => [vector(item), vector(item + 1)],
    }
  }

  #planOf(region: Region): LoopPlan {
    const collectors = [...this.#collectors.values()]
      .filter((one) => one.region === region)
      .map((one) => one.collector)
    return { region, saved: [...(this.#saved.get(region)?.values() ?? [])], collectors }
  }

  /**
   * Notes that a value will be looked up: values of a block other than the last carried one have to be kept.
   */
  #demand(value: Value): void {
    const located = this.#locate(value)
    if (!located) return
    const { region, block, output } = located
    const carried = region.sources
      .flat()
      .some((source) => source.kind === 'carried' && outputKey(source.output) === outputKey(output))
    if (!carried || block !== region.count - 1) this.#saved.get(region)?.set(outputKey(output), output)
  }

  #demandInputs(node: Node): void {
    const collected = node.op === 'stack' ? this.#collectorOf(node) : null
    if (collected) this.#collectors.set(node, collected)
    node.inputs.forEach((value, index) => {
      if (!collected || blockOf(collected.collector, collected.region, index) === null) this.#demand(value)
    })
  }

  /** A loop whose every block gives one input of the stack, in order or in reverse. */
  #collectorOf(stack: Node): { region: Region; collector: Collector } | null {
    const at = stack.inputs.findIndex((value) => this.#locate(value) !== null)
    const first = at < 0 ? null : this.#locate(stack.inputs[at])
    if (!first) return null
    const { region, output } = first
    const step = first.block === 0 ? 1 : -1
    const collector: Collector = { stack, output, start: at - step * first.block, step }
    const complete = Array.from({ length: region.count }, (_, block) => {
      const value = stack.inputs.at(collector.start + step * block)
      const place = value && collector.start + step * block >= 0 ? this.#locate(value) : null
      return (
        place?.region === region && place.block === block && outputKey(place.output) === outputKey(output)
      )
    }).every(Boolean)
    return complete ? { region, collector } : null
  }

  #locate(value: Value): Located | null {
    const place = this.#places.get(value.node)
    if (place === undefined)
      throw new Error(`node ${value.node.id} (${value.node.op}) is not in the function`)
    for (const region of this.#regions) {
      const found = placeIn(region, place, value.index)
      if (found) return { region, ...found }
    }
    return null
  }
}

/** Which block of the loop gives this input of the stack. */
function blockOf(collector: Collector, region: Region, index: number): number | null {
  const block = (index - collector.start) * collector.step
  return block >= 0 && block < region.count ? block : null
}
