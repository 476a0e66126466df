/**
 * The reference backend: runs programs on plain typed arrays by the ops' own evaluation. It is the definition
 * that other backends are tested against, and what the bench runs on where the native engine is missing.
 */
import type { Backend, CompileOptions, Executable, Feeds } from '../../program/backend.ts'
import type { OptimizerUpdate, Program, ProgramFunction, Update } from '../../program/types.ts'
import type { Allocate, FloatArray, Node, Tensor, TensorData, TensorType, Value } from '../../ops/ir.ts'
import { operation } from '../../ops/index.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { stringAttribute } from '../../ops/support/shapes.ts'
import { OPTIMIZER_FORMS } from '../optimizers/index.ts'
import { checkProgram } from '../../program/check.ts'
import { valuesOfUpdate } from '../../program/builder.ts'

/** Interprets programs op by op on typed arrays, in float64 on demand: what the others are held against. */
export const referenceBackend: Backend = {
  name: 'reference',
  describe: () => ({ name: 'reference', device: 'cpu', version: '1' }),
  refuses: () => [],
  compile: (program, options) => Promise.resolve(new ReferenceExecutable(program, options)),
}

/** A function with, for each node, the earlier nodes whose outputs nobody needs after it. */
interface Plan {
  readonly definition: ProgramFunction
  readonly releases: ReadonlyMap<Node, readonly Node[]>
}

class ReferenceExecutable implements Executable {
  readonly #types = new Map<string, TensorType>()
  readonly #state = new Map<string, FloatArray>()
  readonly #plans = new Map<string, Plan>()
  readonly #allocate: Allocate

  constructor(program: Program, options: CompileOptions = {}) {
    checkProgram(program)
    const Float = options.precision === 'float64' ? Float64Array : Float32Array
    this.#allocate = ({ shape, dtype }) =>
      new (dtype === 'float' ? Float : dtype === 'int' ? Int32Array : Uint8Array)(sizeOf(shape))
    for (const { name, type } of program.variables) {
      this.#types.set(name, type)
      this.#state.set(name, new Float(sizeOf(type.shape)))
    }
    for (const definition of program.functions) {
      this.#plans.set(definition.name, { definition, releases: releasesOf(definition) })
    }
  }

  run(name: string, feeds: Feeds): Record<string, FloatArray | Int32Array> {
    const plan = this.#plans.get(name)
    if (!plan) throw new Error(`unknown function ${name}; known are ${[...this.#plans.keys()].join(', ')}`)
    const { definition } = plan
    const unknown = Object.keys(feeds).filter(
      (feed) => !definition.feeds.some((known) => known.name === feed),
    )
    if (unknown.length > 0) throw new Error(`${name}: unknown feeds ${unknown.join(', ')}`)
    const results = new Map<Node, readonly Tensor[]>()
    for (const node of definition.nodes) {
      results.set(node, this.#evaluate(name, node, feeds, results))
      for (const done of plan.releases.get(node) ?? []) results.delete(done)
    }
    const get = (value: Value): TensorData => resultOf(results, value).data
    const outputs: Record<string, FloatArray | Int32Array> = {}
    for (const output of definition.outputs) outputs[output.name] = copied(get(output.value))
    this.#update(definition.updates, get)
    return outputs
  }

  read(variable: string): FloatArray {
    return this.#variable(variable).slice()
  }

  write(variable: string, data: FloatArray): void {
    const target = this.#variable(variable)
    if (data.length !== target.length) {
      throw new Error(`variable ${variable} has ${target.length} entries, got ${data.length}`)
    }
    target.set(data)
  }

  writeAll(values: ReadonlyMap<string, FloatArray>): void {
    for (const [variable, data] of values) this.write(variable, data)
  }

  readAll(): Map<string, FloatArray> {
    return new Map([...this.#state].map(([name, data]) => [name, data.slice()]))
  }

  dispose(): void {
    this.#state.clear()
    this.#plans.clear()
  }

  #variable(name: string): FloatArray {
    const data = this.#state.get(name)
    if (!data) throw new Error(`unknown variable ${name}`)
    return data
  }

  #evaluate(
    name: string,
    node: Node,
    feeds: Feeds,
    results: ReadonlyMap<Node, readonly Tensor[]>,
  ): readonly Tensor[] {
    if (node.op === 'placeholder') return [this.#fed(name, node, feeds)]
    if (node.op === 'variable') {
      return [{ type: node.outputs[0], data: this.#variable(stringAttribute(node.attributes, 'name')) }]
    }
    const inputs = node.inputs.map((value) => resultOf(results, value))
    return operation(node.op).evaluate(inputs, node.attributes, node.outputs, this.#allocate)
  }

  #fed(name: string, node: Node, feeds: Feeds): Tensor {
    const feed = stringAttribute(node.attributes, 'name')
    const [type] = node.outputs
    const given = feeds[feed]
    if (!given) throw new Error(`${name}: feed ${feed} [${type.shape}] is missing`)
    if (given.length !== sizeOf(type.shape)) {
      throw new Error(
        `${name}: feed ${feed} [${type.shape}] takes ${sizeOf(type.shape)} entries, got ${given.length}`,
      )
    }
    const data = this.#allocate(type)
    data.set(given)
    return { type, data }
  }

  /**
   * Applies the updates. What an update reads may be a view of a variable, so views are copied before any
   * write.
   */
  #update(updates: readonly Update[], get: (value: Value) => TensorData): void {
    const buffers = new Set([...this.#state.values()].map((data) => data.buffer))
    const held = new Map<Value, TensorData>()
    for (const value of updates.flatMap(valuesOfUpdate)) {
      const data = get(value)
      held.set(value, buffers.has(data.buffer) ? data.slice() : data)
    }
    const read = (value: Value): TensorData => {
      const data = held.get(value)
      if (!data) throw new Error('an update reads a value that was not computed')
      return data
    }
    for (const update of updates) {
      if (update.kind === 'assign') this.#variable(update.variable).set(read(update.value))
      else this.#step(update, read)
    }
  }

  #step(update: OptimizerUpdate, read: (value: Value) => TensorData): void {
    const { variable, slots, mask, gradient, scalars, stacked, settings, constants } = update
    const weights = this.#variable(variable)
    const given = read(gradient)
    const kept = mask === null ? null : this.#variable(mask)
    OPTIMIZER_FORMS[update.optimizer].arrays({
      weights,
      slots: Object.fromEntries(Object.entries(slots).map(([slot, name]) => [slot, this.#variable(name)])),
      gradient: kept === null ? given : given.map((value, i) => (kept[i] !== 0 ? value : 0)),
      scalars: Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, read(value)[0]])),
      settings,
      constants,
      parameterSize: sizeOf(stacked ? gradient.type.shape.slice(1) : gradient.type.shape),
    })
  }
}

function resultOf(results: ReadonlyMap<Node, readonly Tensor[]>, value: Value): Tensor {
  const tensor = results.get(value.node)?.[value.index]
  if (!tensor)
    throw new Error(`output ${value.index} of node ${value.node.id} (${value.node.op}) is not there`)
  return tensor
}

/** A copy that no later call changes; bools come out as integers. */
function copied(data: TensorData): FloatArray | Int32Array {
  return data instanceof Uint8Array ? Int32Array.from(data) : data.slice()
}

/**
 * Last readers: after a node ran, the nodes that can be forgotten. Outputs and updates keep theirs to the
 * end.
 */
function releasesOf(definition: ProgramFunction): Map<Node, Node[]> {
  const last = new Map<Node, Node>()
  for (const node of definition.nodes) for (const input of node.inputs) last.set(input.node, node)
  for (const { value } of definition.outputs) last.delete(value.node)
  for (const value of definition.updates.flatMap(valuesOfUpdate)) last.delete(value.node)
  const releases = new Map<Node, Node[]>()
  for (const [node, reader] of last) releases.set(reader, [...(releases.get(reader) ?? []), node])
  return releases
}
