/**
 * Many steps of `train` in one call: a loop whose body takes a batch of the resident examples and does what
 * the function does, variable updates included. A round reads variables when the round before has written
 * all of its own; the batch of the next round may be made meanwhile.
 */
import { valuesOfUpdate } from '../../program/builder.ts'
import type { ResidentExamples } from '../../program/examples.ts'
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'
import { emitBatch, emitExamples } from './examples.ts'
import type { ExampleHandles } from './examples.ts'
import { emitBounds, emitItem, Frame } from './frame.ts'
import type { LoopVariable } from './frame.ts'
import { emitNodes } from './function.ts'
import type { Endpoint, Port } from './ports.ts'
import { emitToken, scopeOf } from './scope.ts'
import type { SeriesKind } from './series.ts'
import { emitUpdates } from './updates.ts'
import type { ProgramFunction, VariableSpec } from '../../program/types.ts'

/** Rounds that may be under way: this step, and the batch of the next. */
const PARALLEL = 2

export interface EmittedSteps {
  /** Feeds: `steps`, then what `runSteps` is given, of extent −1 in the steps. */
  readonly steps: Endpoint
  /** Fills the examples. */
  readonly place: Endpoint
}

/** Whether a function's steps can run on resident examples: nothing but x, y and scalars is fed to it. */
export function runsOnExamples(definition: ProgramFunction): boolean {
  return (
    definition.feeds.some(({ name }) => name === 'x') &&
    definition.feeds.every(
      ({ name, value: { type } }) => ['x', 'y'].includes(name) || isScalar(type.shape),
    ) &&
    definition.outputs.every(({ value: { type } }) => isScalar(type.shape) && type.dtype === 'float')
  )
}

function isScalar(shape: readonly number[]): boolean {
  return shape.length === 0
}

/** The program that the steps are of. */
export interface StepsProgram {
  /** Handles of its variables. */
  readonly handles: ReadonlyMap<string, string>
  readonly variables: readonly VariableSpec[]
  readonly kind: SeriesKind
}

/** Emits the loop. */
export function emitSteps(
  writer: GraphWriter,
  definition: ProgramFunction,
  { handles, variables, kind }: StepsProgram,
  examples: ResidentExamples,
): EmittedSteps {
  const { handles: kept, place } = emitExamples(writer, examples)
  const feeds = emitFeeds(writer, definition, examples)
  const count = feeds[0].reference
  const series = definition.outputs.map(() => emitSeries(writer, count))
  const frame = new Frame(writer, count, PARALLEL)
  const order = frame.variable(writer.constant('float', [], [0]), DATA_TYPES.float)
  const flows = series.map((handle) => frame.variable(`${handle}:1`, DATA_TYPES.float))
  writer.setPivot(frame.counter.current)
  const fed = emitRound(writer, frame, feeds.slice(1), definition, examples, kept)
  const scope = scopeOf(writer, handles, variables, { frame, order })
  const uses = [
    ...definition.outputs.map(({ value }) => value),
    ...definition.updates.flatMap(valuesOfUpdate),
  ]
  const { lookup, arrays } = emitNodes(writer, definition.nodes, uses, { variables: scope, kind, fed })
  const updated = emitUpdates(writer, definition.updates, lookup, scope)
  const results = definition.outputs.map(({ value }) => lookup(value))
  results.forEach((result, index) => write(writer, frame, series[index], flows[index], result))
  const after = updated ? [updated, ...results] : results
  // Else the TensorArrays of all rounds would live as long as the call.
  const closed = arrays.map((handle) => writer.nodeAfter('TensorArrayCloseV3', [handle], after, {}))
  frame.next(order, emitToken(writer, [...after, ...closed]))
  frame.advance()
  writer.setPivot('')
  const outputs = definition.outputs.map(({ name }, index) => ({
    name,
    type: { dtype: 'float', shape: [-1] } as const,
    reference: emitAll(writer, series[index], flows[index].exit, count),
  }))
  const done: Port = { name: '', type: { dtype: 'float', shape: [] }, reference: `${order.exit}:0` }
  return { steps: { feeds, outputs: [...outputs, done] }, place }
}

/** The number of steps, what is selected, then a scalar a step of each that the function is fed. */
function emitFeeds(writer: GraphWriter, { feeds }: ProgramFunction, examples: ResidentExamples): Port[] {
  const scalars = feeds.filter(({ name }) => name !== 'x' && name !== 'y')
  const selected = examples.crops ? ['images', 'rowCrops', 'columnCrops'] : ['images']
  return [
    emitFeed(writer, 'steps', 'int', []),
    ...selected.map((name) => emitFeed(writer, name, 'int', [-1, shapeOfX({ feeds })[0]])),
    ...scalars.map(({ name }) => emitFeed(writer, name, 'float', [-1])),
  ]
}

/** What this round's step is fed, by the names of the function's feeds. */
function emitRound(
  writer: GraphWriter,
  frame: Frame,
  series: readonly Port[],
  definition: ProgramFunction,
  examples: ResidentExamples,
  kept: ExampleHandles,
): Map<string, string> {
  const round = frame.counter.current
  const bounds = emitBounds(writer, round, round)
  const items = new Map(
    series.map(({ name, type, reference }) => {
      const number = DATA_TYPES[type.dtype]
      return [name, emitItem(writer, frame.invariant(reference, number), number, bounds, round)]
    }),
  )
  const item = (name: string): string => items.get(name) ?? ''
  const enter = (handle: string): string => frame.invariant(handle, DATA_TYPES.resource)
  const entered = {
    pixels: enter(kept.pixels),
    labels: enter(kept.labels),
    mean: enter(kept.mean),
    deviation: enter(kept.deviation),
  }
  const chosen = { images: item('images'), rowCrops: item('rowCrops'), columnCrops: item('columnCrops') }
  const { x, y } = emitBatch(writer, examples, entered, chosen, shapeOfX(definition))
  return new Map([...items, ['x', x], ['y', y]])
}

function shapeOfX({ feeds }: Pick<ProgramFunction, 'feeds'>): readonly number[] {
  const x = feeds.find(({ name }) => name === 'x')
  if (!x)
    throw new Error(`steps on examples need a feed x; there are ${feeds.map(({ name }) => name).join()}`)
  return x.value.type.shape
}

function emitFeed(writer: GraphWriter, name: string, dtype: 'int' | 'float', shape: readonly number[]): Port {
  const fed = writer.node('Placeholder', [], { dtype: { type: DATA_TYPES[dtype] }, shape: { shape } })
  return { name, type: { dtype, shape }, reference: `${fed}:0` }
}

/** A TensorArray of one scalar a step. */
function emitSeries(writer: GraphWriter, count: string): string {
  return writer.node('TensorArrayV3', [count], {
    dtype: { type: DATA_TYPES.float },
    element_shape: { shape: [] },
    dynamic_size: { b: false },
    clear_after_read: { b: true },
    identical_element_shapes: { b: true },
    tensor_array_name: { s: '' },
  })
}

function write(writer: GraphWriter, frame: Frame, handle: string, flow: LoopVariable, value: string): void {
  const inputs = [frame.invariant(handle, DATA_TYPES.resource), frame.counter.current, value, flow.current]
  const type = { T: { type: DATA_TYPES.float } }
  frame.next(flow, writer.node('TensorArrayWriteV3', inputs, type))
}

/** All items of a series, in order. */
function emitAll(writer: GraphWriter, handle: string, flow: string, count: string): string {
  const [zero, one] = [0, 1].map((value) => writer.constant('int', [], [value]))
  const range = writer.node('Range', [zero, count, one], { Tidx: { type: DATA_TYPES.int } })
  const attributes = { dtype: { type: DATA_TYPES.float }, element_shape: { shape: [] } }
  return `${writer.node('TensorArrayGatherV3', [handle, range, flow], attributes)}:0`
}
