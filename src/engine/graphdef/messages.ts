/**
 * TensorFlow's graph messages, as far as the bench writes them, and their encoding. Field numbers are those
 * of tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,versions}.proto and
 * tensorflow/core/protobuf/{meta_graph,saved_model}.proto.
 */
import type { GraphDefAttribute } from '../ops/ir.ts'
import { WireWriter } from './wire.ts'

/** TensorFlow's DataType enum. */
export const DATA_TYPES = {
  float: 1,
  double: 2,
  int: 3,
  byte: 4,
  int64: 9,
  bool: 10,
  resource: 20,
  variant: 21,
} as const

/** The version that TensorFlow 2.x writes; it decides the defaults of old ops. */
const PRODUCER = 1882

/** A constant's value; `content` is little-endian, row-major. */
export interface TensorProto {
  readonly dataType: number
  readonly shape: readonly number[]
  readonly content: Uint8Array
}

export type AttrValue = GraphDefAttribute | { readonly tensor: TensorProto }

export interface NodeDef {
  readonly name: string
  readonly op: string
  /** `name`, `name:output`, or `^name` for a control input (these come last). */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttrValue>>
}

export interface GraphDef {
  readonly nodes: readonly NodeDef[]
}

export interface TensorInfo {
  /** `name:output`. */
  readonly name: string
  readonly dataType: number
  readonly shape: readonly number[]
}

export interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>
  readonly outputs: Readonly<Record<string, TensorInfo>>
}

export interface SavedModel {
  readonly tags: readonly string[]
  readonly graph: GraphDef
  readonly signatures: Readonly<Record<string, SignatureDef>>
}

/** The bytes of `saved_model.pb`. */
export function encodeSavedModel(model: SavedModel): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter(1 << 16)
  writer.integer(1, 1)
  writer.message(2, (metaGraph) => {
    metaGraph.message(1, (info) => model.tags.forEach((tag) => info.string(4, tag)))
    metaGraph.message(2, (graph) => writeGraph(graph, model.graph))
    metaGraph.map(5, Object.entries(model.signatures), writeSignature)
  })
  return writer.finish()
}

function writeGraph(writer: WireWriter, graph: GraphDef): void {
  for (const node of graph.nodes) writer.message(1, (nested) => writeNode(nested, node))
  writer.message(4, (versions) => versions.integer(1, PRODUCER))
}

function writeNode(writer: WireWriter, node: NodeDef): void {
  writer.string(1, node.name)
  writer.string(2, node.op)
  for (const input of node.inputs) writer.string(3, input)
  writer.map(5, Object.entries(node.attributes), writeAttribute)
}

function writeAttribute(writer: WireWriter, value: AttrValue): void {
  if ('s' in value) writer.string(2, value.s)
  else if ('i' in value) writer.integer(3, value.i)
  else if ('f' in value) writer.float(4, value.f)
  else if ('b' in value) writer.boolean(5, value.b)
  else if ('type' in value) writer.integer(6, value.type)
  else if ('shape' in value) writer.message(7, (nested) => writeShape(nested, value.shape))
  else if ('tensor' in value) writer.message(8, (nested) => writeTensor(nested, value.tensor))
  else {
    const { i, f, type } = value.list
    writer.message(1, (list) => {
      if (i) list.integers(3, i)
      if (f) list.floats(4, f)
      if (type) list.integers(6, type)
    })
  }
}

function writeShape(writer: WireWriter, shape: readonly number[]): void {
  for (const size of shape) writer.message(2, (dimension) => dimension.integer(1, size))
}

function writeTensor(writer: WireWriter, tensor: TensorProto): void {
  writer.integer(1, tensor.dataType)
  writer.message(2, (nested) => writeShape(nested, tensor.shape))
  writer.block(4, tensor.content)
}

function writeSignature(writer: WireWriter, signature: SignatureDef): void {
  writer.map(1, Object.entries(signature.inputs), writeTensorInfo)
  writer.map(2, Object.entries(signature.outputs), writeTensorInfo)
  writer.string(3, 'tensorflow/serving/predict')
}

function writeTensorInfo(writer: WireWriter, info: TensorInfo): void {
  writer.string(1, info.name)
  writer.integer(2, info.dataType)
  writer.message(3, (nested) => writeShape(nested, info.shape))
}
