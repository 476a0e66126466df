/**
 * Builds one function of a program: shape checks as nodes are added, common subexpressions shared, dead nodes
 * dropped.
 */
import type { ProgramFunction, Update } from './types.ts'
import type { Attributes, DType, GraphBuilder, Node, Value } from '../ops/ir.ts'
import { operation } from '../ops/index.ts'

/** A named output of a function. */
export interface NamedValue {
  readonly name: string
  readonly value: Value
}

/** One function under construction; its nodes are typed as they are added. */
export class Builder implements GraphBuilder {
  readonly #nodes: Node[] = []
  readonly #outputs: (readonly Value[])[] = []
  /** Ops are pure, so that equal op, inputs and attributes mean equal outputs. */
  readonly #known = new Map<string, readonly Value[]>()
  readonly #feeds: NamedValue[] = []

  get nodes(): readonly Node[] {
    return this.#nodes
  }

  add(op: string, inputs: readonly Value[], attributes: Attributes = {}): readonly Value[] {
    const key = keyOf(op, inputs, attributes)
    const known = this.#known.get(key)
    if (known) return known
    const outputs = this.#infer(op, inputs, attributes)
    const node: Node = { id: this.#nodes.length, op, inputs, attributes, outputs }
    const values = outputs.map((type, index): Value => ({ node, index, type }))
    this.#nodes.push(node)
    this.#outputs.push(values)
    this.#known.set(key, values)
    return values
  }

  /** The outputs of a node of this builder. */
  outputsOf(node: Node): readonly Value[] {
    if (this.#nodes[node.id] !== node) throw new Error(`node ${node.id} (${node.op}) is of another builder`)
    return this.#outputs[node.id]
  }

  /** A tensor fed under this name. Asked twice for a name, it returns the same value. */
  feed(name: string, shape: readonly number[], dtype: DType = 'float'): Value {
    const [value] = this.add('placeholder', [], { name, dtype, shape })
    const given = this.#feeds.find((feed) => feed.name === name)
    if (given && given.value !== value) throw new Error(`feed ${name} was declared with another type`)
    if (!given) this.#feeds.push({ name, value })
    return value
  }

  /** The present content of a variable. */
  read(name: string, shape: readonly number[], dtype: DType = 'float'): Value {
    return this.add('variable', [], { name, dtype, shape })[0]
  }

  /** The finished function: nodes that neither outputs nor updates need are left out; declared feeds stay. */
  finish(name: string, outputs: readonly NamedValue[], updates: readonly Update[] = []): ProgramFunction {
    const live = new Set<Node>(this.#feeds.map((feed) => feed.value.node))
    const open = [...outputs.map((output) => output.value), ...updates.flatMap(valuesOfUpdate)].map(
      ({ node }) => node,
    )
    for (let node = open.pop(); node; node = open.pop()) {
      if (live.has(node)) continue
      live.add(node)
      for (const input of node.inputs) open.push(input.node)
    }
    const nodes = this.#nodes.filter((node) => live.has(node))
    return { name, nodes, feeds: [...this.#feeds], outputs, updates }
  }

  #infer(op: string, inputs: readonly Value[], attributes: Attributes): Node['outputs'] {
    const definition = operation(op)
    for (const { node } of inputs) this.outputsOf(node)
    try {
      return definition.infer(
        inputs.map((input) => input.type),
        attributes,
      )
    } catch (error) {
      const types = inputs.map(({ type }) => `${type.dtype} [${type.shape}]`).join(', ')
      throw new Error(`${op}(${types}): ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      })
    }
  }
}

/** All values that an update reads. */
export function valuesOfUpdate(update: Update): Value[] {
  switch (update.kind) {
    case 'assign':
      return [update.value]
    case 'optimizer':
      return [update.gradient, ...Object.values(update.scalars)]
  }
}

function keyOf(op: string, inputs: readonly Value[], attributes: Attributes): string {
  const sources = inputs.map(({ node, index }) => `${node.id}:${index}`).join(',')
  const names = Object.keys(attributes).sort()
  return `${op}(${sources})${names.map((name) => `${name}=${JSON.stringify(attributes[name])}`).join(';')}`
}
