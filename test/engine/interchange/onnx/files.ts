/** Small ONNX files, written here: what tests of single operators and of broken files are made of. */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  ATTRIBUTE_TYPES,
  DATA_TYPES,
  ModelProtoSchema,
} from '../../../../src/engine/interchange/onnx/messages.ts'

export interface NodeText {
  readonly op: string
  readonly inputs: readonly string[]
  readonly output?: string
  readonly outputs?: readonly string[]
  readonly domain?: string
  /** Whole numbers are ints, others floats; texts are strings; lists are lists of ints. */
  readonly attributes?: Readonly<
    Record<string, number | string | readonly number[] | { readonly float: number }>
  >
}

export interface TensorText {
  readonly dims: readonly number[]
  readonly values?: readonly number[]
  /** int64 in place of float. */
  readonly whole?: boolean
}

const text = new TextEncoder()

export function tensor(name: string, { dims, values, whole = false }: TensorText) {
  const size = dims.reduce((product, side) => product * side, 1)
  const data = values ?? Array.from({ length: size }, (_, i) => Math.sin(1 + i))
  return {
    name,
    dims: dims.map(BigInt),
    dataType: whole ? DATA_TYPES.int64 : DATA_TYPES.float,
    ...(whole ? { int64Data: data.map(BigInt) } : { floatData: [...data] }),
  }
}

function attribute(name: string, value: NonNullable<NodeText['attributes']>[string]) {
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPES.string, s: text.encode(value) }
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.int, i: BigInt(value) }
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float }
  return { name, type: ATTRIBUTE_TYPES.ints, ints: value.map(BigInt) }
}

/** A model with input `x` of that shape (0: open), output `y`, and nodes n0, n1, … */
export function model(
  shape: readonly number[],
  nodes: readonly NodeText[],
  tensors: Readonly<Record<string, TensorText>> = {},
  { opset = 17, external = false }: { readonly opset?: number; readonly external?: boolean } = {},
): Uint8Array {
  const value = (name: string, sides: readonly number[]) => ({
    name,
    type: {
      tensorType: {
        elemType: DATA_TYPES.float,
        shape: {
          dim: sides.map((side) => (side === 0 ? { dimParam: 'batch' } : { dimValue: BigInt(side) })),
        },
      },
    },
  })
  const elsewhere = { dataLocation: 1, externalData: [{ key: 'location', value: '../../secret' }] }
  const given = {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    graph: {
      name: 'made',
      input: [value('x', shape)],
      output: [value('y', [])],
      initializer: Object.entries(tensors).map(([name, each]) => ({
        ...tensor(name, each),
        ...(external && elsewhere),
      })),
      node: nodes.map(({ op, inputs, output, outputs, domain = '', attributes = {} }, k) => ({
        name: `n${k}`,
        opType: op,
        domain,
        input: [...inputs],
        output: outputs ? [...outputs] : [output ?? (k === nodes.length - 1 ? 'y' : `v${k}`)],
        attribute: Object.entries(attributes).map(([name, each]) => attribute(name, each)),
      })),
    },
  }
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, given))
}
