/** An ONNX graph as it grows: nodes, constants, and names that no two of them share. */
import { create, toBinary } from '@bufbuild/protobuf'
import type { Shape } from '../../../../shared/graph/types.ts'
import { ATTRIBUTE_TYPES, DATA_TYPES, ModelProtoSchema } from '../messages.ts'

/** What a node gives: its name, and its shape in the bench's order, without the batch. */
export interface Given {
  readonly name: string
  readonly shape: Shape
}

/** Numbers are whole or not by the attribute; lists are whole. */
export type OnnxValue =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }

interface Node {
  readonly opType: string
  readonly name: string
  readonly input: string[]
  readonly output: string[]
  readonly attributes: Readonly<Record<string, OnnxValue>>
}

interface Tensor {
  readonly name: string
  readonly dims: readonly number[]
  readonly dataType: number
  readonly rawData: Uint8Array
}

const bytesOf = (data: Float32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** The name of the dimension that every batch size may take. */
const BATCH = 'batch'

export interface OnnxTexts {
  readonly producer: string
  readonly version: string
  /** What a reader should know of inputs and outputs. */
  readonly description: string
  readonly metadata: Readonly<Record<string, string>>
}

export class OnnxEmitter {
  readonly #nodes: Node[] = []
  readonly #tensors: Tensor[] = []
  readonly #taken = new Set<string>()
  #opset = 17

  /** Adds a node of one output, which is called as the node; returns that name. */
  node(
    opType: string,
    wanted: string,
    input: readonly string[],
    attributes: Readonly<Record<string, OnnxValue>> = {},
  ): string {
    return this.nodes(opType, wanted, input, 1, attributes)[0]
  }

  /** Adds a node of several outputs. */
  nodes(
    opType: string,
    wanted: string,
    input: readonly string[],
    outputs: number,
    attributes: Readonly<Record<string, OnnxValue>> = {},
  ): string[] {
    const name = this.#free(wanted)
    const output = Array.from({ length: outputs }, (_, k) => (k === 0 ? name : this.#free(`${name}.${k}`)))
    this.#nodes.push({ opType, name, input: [...input], output, attributes })
    return output
  }

  /** A tensor of single precision; returns its name. */
  floats(wanted: string, dims: readonly number[], data: ArrayLike<number>): string {
    return this.#tensor(wanted, dims, DATA_TYPES.float, bytesOf(Float32Array.from(data)))
  }

  /** A list of whole numbers, or one without axes. */
  integers(wanted: string, data: readonly number[] | number): string {
    const list = typeof data === 'number' ? [data] : data
    const bytes = bytesOf(BigInt64Array.from(list.map(BigInt)))
    return this.#tensor(wanted, typeof data === 'number' ? [] : [list.length], DATA_TYPES.int64, bytes)
  }

  /** Some operators came later than the operator set that is written else. */
  needOpset(opset: number): void {
    this.#opset = Math.max(this.#opset, opset)
  }

  /** Takes a name for a tensor of that name, before any node may. */
  reserve(name: string): void {
    this.#taken.add(name)
  }

  /** Gives what a node gives out under a name that was reserved. */
  giveOut(from: string, name: string): void {
    const node: Node = {
      opType: 'Identity',
      name: this.#free(`${name}.given`),
      input: [from],
      output: [name],
      attributes: {},
    }
    this.#nodes.push(node)
  }

  /** The file. `input` and `output` are named values with their sides after the batch. */
  finish(graph: string, input: Given, output: Given, texts: OnnxTexts): Uint8Array {
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      producerName: texts.producer,
      producerVersion: texts.version,
      docString: texts.description,
      opsetImport: [{ domain: '', version: BigInt(this.#opset) }],
      metadataProps: Object.entries(texts.metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: graph,
        node: this.#nodes.map(({ attributes, ...node }) => ({
          ...node,
          attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...encoded(value) })),
        })),
        initializer: this.#tensors.map(({ dims, ...tensor }) => ({ ...tensor, dims: dims.map(BigInt) })),
        input: [valueInfo(input)],
        output: [valueInfo(output)],
      },
    })
    return toBinary(ModelProtoSchema, model)
  }

  #tensor(wanted: string, dims: readonly number[], dataType: number, rawData: Uint8Array): string {
    const name = this.#free(wanted)
    this.#tensors.push({ name, dims, dataType, rawData })
    return name
  }

  #free(wanted: string): string {
    let name = wanted
    for (let count = 2; this.#taken.has(name); count++) name = `${wanted}_${count}`
    this.#taken.add(name)
    return name
  }
}

function encoded(value: OnnxValue) {
  if ('i' in value) return { type: ATTRIBUTE_TYPES.int, i: BigInt(value.i) }
  if ('f' in value) return { type: ATTRIBUTE_TYPES.float, f: value.f }
  if ('s' in value) return { type: ATTRIBUTE_TYPES.string, s: new TextEncoder().encode(value.s) }
  return { type: ATTRIBUTE_TYPES.ints, ints: value.ints.map(BigInt) }
}

/** Images have their channels first, as PyTorch has them. */
function valueInfo({ name, shape }: Given) {
  const sides = shape.length === 3 ? [shape[2], shape[0], shape[1]] : shape
  return {
    name,
    type: {
      tensorType: {
        elemType: DATA_TYPES.float,
        shape: { dim: [{ dimParam: BATCH }, ...sides.map((side) => ({ dimValue: BigInt(side) }))] },
      },
    },
  }
}
