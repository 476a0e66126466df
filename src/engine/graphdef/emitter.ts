/** Collects NodeDefs: the GraphDefEmitter that ops write themselves to. */
import type { DType, GraphDefAttribute, GraphDefEmitter } from '../ops/ir.ts'
import { DATA_TYPES } from './messages.ts'
import type { AttrValue, GraphDef, NodeDef } from './messages.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'

type ConstantType = DType | 'int64' | 'double'

/**
 * Writes a graph for 32-bit floats. Names are `scope/op number`, unique over the whole graph; constants are
 * shared within a scope only, so that the subgraphs of two functions never hang together.
 */
export class GraphWriter implements GraphDefEmitter {
  readonly floatType: number = DATA_TYPES.float
  readonly #written: NodeDef[] = []
  readonly #constants = new Map<string, string>()
  #scope = 'main'
  #pivot = ''
  #reserved = 0

  /**
   * Following nodes are named `scope/…`. The name must be fit for TensorFlow: letters, digits, `_`, `.`, `-`.
   */
  enter(scope: string): void {
    if (!/^[A-Za-z0-9.][A-Za-z0-9_.-]*$/.test(scope))
      throw new Error(`graph scope ${JSON.stringify(scope)} is not a name`)
    this.#scope = scope
  }

  /** Constants that follow are put into the loop of this node; '' is outside all loops. */
  setPivot(pivot: string): void {
    this.#pivot = pivot
  }

  dataType(dtype: ConstantType): number {
    return DATA_TYPES[dtype]
  }

  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, GraphDefAttribute>>,
  ): string {
    return this.#append(op, inputs, attributes)
  }

  /** Like `node`, to be run after the nodes named in `after`. */
  nodeAfter(
    op: string,
    inputs: readonly string[],
    after: readonly string[],
    attributes: Readonly<Record<string, AttrValue>>,
  ): string {
    const controls = new Set(after.map((reference) => `^${nodeOf(reference)}`))
    return this.#append(op, [...inputs, ...controls], attributes)
  }

  /** A name for a node that is referred to before it is written (the back edge of a loop). */
  reserve(op: string): string {
    return `${this.#scope}/${op}_back_${this.#reserved++}`
  }

  /** Writes a node under a reserved name. */
  nodeAs(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttrValue>>,
  ): string {
    this.#written.push({ name, op, inputs, attributes })
    return name
  }

  /** A Const; `pivot` puts it into the pivot's loop. */
  constant(
    dtype: ConstantType,
    shape: readonly number[],
    values: readonly number[],
    pivot = this.#pivot,
  ): string {
    const signs = values.map((value) => Object.is(value, -0)).join()
    const key = `${this.#scope}|${pivot}|${dtype}|${shape.join()}|${values.join()}|${signs}`
    const known = this.#constants.get(key)
    if (known) return known
    const type = { type: DATA_TYPES[dtype] }
    const tensor = { dataType: DATA_TYPES[dtype], shape, content: tensorContent(dtype, shape, values) }
    const name = this.nodeAfter('Const', [], pivot ? [pivot] : [], { dtype: type, value: { tensor } })
    this.#constants.set(key, name)
    return name
  }

  /** All nodes so far. */
  graph(): GraphDef {
    return { nodes: this.#written }
  }

  #append(op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttrValue>>): string {
    const name = `${this.#scope}/${op}_${this.#written.length}`
    this.#written.push({ name, op, inputs, attributes })
    return name
  }
}

/** The node of a reference: `a/b:1` and `^a/b` → `a/b`. */
export function nodeOf(reference: string): string {
  return reference.replace(/^\^/, '').replace(/:\d+$/, '')
}

function tensorContent(dtype: ConstantType, shape: readonly number[], values: readonly number[]): Uint8Array {
  const size = sizeOf(shape)
  if (values.length !== size)
    throw new Error(`constant of shape [${shape.join()}] needs ${size} values, got ${values.length}`)
  const array =
    dtype === 'float'
      ? Float32Array.from(values)
      : dtype === 'double'
        ? Float64Array.from(values)
        : dtype === 'int'
          ? Int32Array.from(values)
          : dtype === 'int64'
            ? BigInt64Array.from(values, BigInt)
            : Uint8Array.from(values, (value) => (value ? 1 : 0))
  return new Uint8Array(array.buffer)
}
