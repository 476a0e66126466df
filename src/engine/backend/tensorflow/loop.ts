/**
 * Region → one loop of TensorFlow's dataflow control. Inside, slices of stacked tensors are views; what later
 * nodes need of every block goes into series.
 */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'
import { operation } from '../../ops/index.ts'
import type { GraphDefEmitter, Node, Value } from '../../ops/ir.ts'
import { emitBounds, emitItem, Frame } from './frame.ts'
import type { LoopVariable } from './frame.ts'
import { outputKey } from './regions.ts'
import type { Region, BlockOutput, Source } from './regions.ts'
import type { Place, Series, SeriesKind } from './series.ts'

/** Values of one output of all blocks that a `stack` joins: block k is its input `start + step·k`. */
export interface Collector {
  readonly stack: Node
  readonly output: BlockOutput
  readonly start: number
  readonly step: 1 | -1
}

export interface LoopPlan {
  readonly region: Region
  /** Places whose values of all blocks are read afterwards. */
  readonly saved: readonly BlockOutput[]
  readonly collectors: readonly Collector[]
}

/** What is there after the loop: the last values of carried outputs, and series. */
export interface LoopResult {
  readonly last: ReadonlyMap<string, string>
  readonly saved: ReadonlyMap<string, Series>
  readonly collected: ReadonlyMap<Node, Series>
}

/** Blocks under way at a time; what they carry orders most of them anyway. */
const PARALLEL = 32

/** How the loop gets at things outside it. */
export interface Outside {
  readonly kind: SeriesKind
  lookup(value: Value): string
  series(region: Region, output: BlockOutput): Series
}

/** A series and what goes through the loop of it. */
interface Opened {
  readonly series: Series
  readonly state: LoopVariable
}

export function emitLoop(
  writer: GraphWriter,
  nodes: readonly Node[],
  plan: LoopPlan,
  outside: Outside,
): LoopResult {
  return new Loop(writer, nodes, plan, outside).emit()
}

class Loop {
  readonly #writer: GraphWriter
  readonly #region: Region
  readonly #plan: LoopPlan
  readonly #block: readonly Node[]
  readonly #outside: Outside
  readonly #frame: Frame
  readonly #memo = new Map<string, string>()
  readonly #bounds = new Map<string, readonly [string, string]>()

  constructor(writer: GraphWriter, nodes: readonly Node[], plan: LoopPlan, outside: Outside) {
    this.#writer = writer
    this.#plan = plan
    this.#region = plan.region
    this.#outside = outside
    this.#block = nodes.slice(this.#region.start, this.#region.start + this.#region.period)
    this.#frame = new Frame(writer, writer.constant('int', [], [this.#region.count]), PARALLEL)
  }

  emit(): LoopResult {
    const writer = this.#writer
    const region = this.#region
    const plan = this.#plan
    const carried = new Map<string, LoopVariable>()
    for (const source of region.sources.flat()) {
      if (source.kind !== 'carried' || carried.has(outputKey(source.output))) continue
      const type = writer.dataType(source.initial.type.dtype)
      carried.set(outputKey(source.output), this.#frame.variable(this.#outside.lookup(source.initial), type))
    }
    const saved = plan.saved.map((output) => ({
      output,
      start: 0,
      step: 1 as const,
      ...this.#series(output, region.count),
    }))
    const collected = plan.collectors.map((collector) => ({
      ...collector,
      ...this.#series(collector.output, collector.stack.inputs.length),
    }))
    const local = this.#emitBlock((output) => carried.get(outputKey(output))?.current ?? '')
    for (const [key, variable] of carried) this.#frame.next(variable, local.get(key) ?? '')
    for (const { output, start, step, series, state } of [...saved, ...collected]) {
      const inside = this.#entered({ ...series, state: state.current })
      const value = local.get(outputKey(output)) ?? ''
      this.#frame.next(
        state,
        this.#outside.kind.write(writer, inside, this.#place(start, step), value, this.#pivot),
      )
    }
    this.#frame.advance()
    const finished = ({ series, state }: Opened): Series => ({ ...series, state: state.exit })
    return {
      last: new Map([...carried].map(([key, variable]) => [key, variable.exit])),
      saved: new Map(saved.map((one) => [outputKey(one.output), finished(one)])),
      collected: new Map(collected.map((one) => [one.stack, finished(one)])),
    }
  }

  /** Emits the block's nodes once; returns references by output. */
  #emitBlock(carried: (output: BlockOutput) => string): Map<string, string> {
    const writer = this.#writer
    const { counter } = this.#frame
    const emitter: GraphDefEmitter = {
      floatType: writer.floatType,
      dataType: (dtype) => writer.dataType(dtype),
      node: (op, inputs, attributes) => writer.node(op, inputs, attributes),
      constant: (dtype, shape, values) => writer.constant(dtype, shape, values, counter.current),
    }
    const local = new Map<string, string>()
    this.#block.forEach((node, position) => {
      const inputs = this.#region.sources[position].map((source) => this.#resolve(source, local, carried))
      operation(node.op)
        .graphdef(emitter, inputs, node)
        .forEach((reference, index) => local.set(outputKey({ position, index }), reference))
    })
    return local
  }

  #resolve(
    source: Source,
    local: ReadonlyMap<string, string>,
    carried: (output: BlockOutput) => string,
  ): string {
    const writer = this.#writer
    switch (source.kind) {
      case 'local':
        return local.get(outputKey(source.output)) ?? ''
      case 'carried':
        return carried(source.output)
      case 'invariant':
        return this.#frame.invariant(
          this.#outside.lookup(source.value),
          writer.dataType(source.value.type.dtype),
        )
      case 'slice': {
        const [stacked] = source.unstack.inputs
        return this.#slice(
          this.#outside.lookup(stacked),
          writer.dataType(stacked.type.dtype),
          source.start,
          source.step,
        )
      }
      case 'saved': {
        const { kind } = this.#outside
        const series = this.#outside.series(source.region, source.output)
        const { state, type } = series
        const entered = this.#frame.invariant(state, kind.stateType(writer, type))
        return this.#once(`read ${state} ${source.start} ${source.step}`, () =>
          kind.read(
            writer,
            this.#entered({ ...series, state: entered }),
            this.#place(source.start, source.step),
            this.#pivot,
          ),
        )
      }
    }
  }

  /** A series whose handle is the loop's own. */
  #entered(series: Series): Series {
    const { handle } = series
    return { ...series, handle: handle && this.#frame.invariant(handle, DATA_TYPES.resource) }
  }

  #place(start: number, step: 1 | -1): Place {
    return { item: () => this.#item(start, step), bounds: () => this.#boundsOf(start, step) }
  }

  /** tensor[start + step·counter], a view where the rows are aligned. */
  #slice(tensor: string, type: number, start: number, step: 1 | -1): string {
    return this.#once(`slice ${tensor} ${start} ${step}`, () =>
      emitItem(
        this.#writer,
        this.#frame.invariant(tensor, type),
        type,
        this.#boundsOf(start, step),
        this.#pivot,
      ),
    )
  }

  #boundsOf(start: number, step: 1 | -1): readonly [string, string] {
    const key = `${start} ${step}`
    const known = this.#bounds.get(key)
    if (known) return known
    const bounds = emitBounds(this.#writer, this.#item(start, step), this.#pivot)
    this.#bounds.set(key, bounds)
    return bounds
  }

  get #pivot(): string {
    return this.#frame.counter.current
  }

  /** start + step·counter. */
  #item(start: number, step: 1 | -1): string {
    const writer = this.#writer
    const { counter } = this.#frame
    if (start === 0 && step === 1) return counter.current
    return this.#once(`item ${start} ${step}`, () =>
      writer.node(
        step === 1 ? 'AddV2' : 'Sub',
        [writer.constant('int', [], [start], counter.current), counter.current],
        { T: { type: DATA_TYPES.int } },
      ),
    )
  }

  #series(output: BlockOutput, size: number): Opened {
    const { kind } = this.#outside
    const type = this.#block[output.position].outputs[output.index]
    const series = kind.open(this.#writer, size, type)
    return { series, state: this.#frame.variable(series.state, kind.stateType(this.#writer, type)) }
  }

  #once(key: string, emit: () => string): string {
    const known = this.#memo.get(key)
    if (known) return known
    const reference = emit()
    this.#memo.set(key, reference)
    return reference
  }
}
