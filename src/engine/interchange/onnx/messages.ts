/**
 * ONNX's protobuf messages, as far as the bench reads and writes them: names, numbers and types of the fields
 * are those of onnx/onnx.proto (ONNX 1.23, IR version 13), which later versions may only add to. Read as
 * proto3: a field that is not there is 0 or empty.
 */
import { create, createFileRegistry } from '@bufbuild/protobuf'
import type { Message } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt'

const SCALARS = {
  float: FieldDescriptorProto_Type.FLOAT,
  double: FieldDescriptorProto_Type.DOUBLE,
  int32: FieldDescriptorProto_Type.INT32,
  int64: FieldDescriptorProto_Type.INT64,
  uint64: FieldDescriptorProto_Type.UINT64,
  string: FieldDescriptorProto_Type.STRING,
  bytes: FieldDescriptorProto_Type.BYTES,
} as const

/** Fields by message: number and type; `[]` is repeated, a capital letter another message. */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, readonly [number: number, type: string]>>>> =
  {
    ModelProto: {
      ir_version: [1, 'int64'],
      producer_name: [2, 'string'],
      producer_version: [3, 'string'],
      doc_string: [6, 'string'],
      graph: [7, 'GraphProto'],
      opset_import: [8, 'OperatorSetIdProto[]'],
      metadata_props: [14, 'StringStringEntryProto[]'],
      functions: [25, 'FunctionProto[]'],
    },
    OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
    StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
    GraphProto: {
      node: [1, 'NodeProto[]'],
      name: [2, 'string'],
      initializer: [5, 'TensorProto[]'],
      input: [11, 'ValueInfoProto[]'],
      output: [12, 'ValueInfoProto[]'],
      sparse_initializer: [15, 'SparseTensorProto[]'],
    },
    NodeProto: {
      input: [1, 'string[]'],
      output: [2, 'string[]'],
      name: [3, 'string'],
      op_type: [4, 'string'],
      attribute: [5, 'AttributeProto[]'],
      domain: [7, 'string'],
    },
    AttributeProto: {
      name: [1, 'string'],
      f: [2, 'float'],
      i: [3, 'int64'],
      s: [4, 'bytes'],
      t: [5, 'TensorProto'],
      floats: [7, 'float[]'],
      ints: [8, 'int64[]'],
      type: [20, 'int32'],
      ref_attr_name: [21, 'string'],
    },
    TensorProto: {
      dims: [1, 'int64[]'],
      data_type: [2, 'int32'],
      float_data: [4, 'float[]'],
      int32_data: [5, 'int32[]'],
      int64_data: [7, 'int64[]'],
      name: [8, 'string'],
      raw_data: [9, 'bytes'],
      double_data: [10, 'double[]'],
      uint64_data: [11, 'uint64[]'],
      external_data: [13, 'StringStringEntryProto[]'],
      data_location: [14, 'int32'],
    },
    SparseTensorProto: { values: [1, 'TensorProto'] },
    ValueInfoProto: { name: [1, 'string'], type: [2, 'TypeProto'] },
    TypeProto: { tensor_type: [1, 'TensorTypeProto'] },
    TensorTypeProto: { elem_type: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
    TensorShapeProto: { dim: [1, 'DimensionProto[]'] },
    DimensionProto: { dim_value: [1, 'int64'], dim_param: [2, 'string'] },
    FunctionProto: { name: [1, 'string'], domain: [10, 'string'] },
  }

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'onnx.proto',
    package: 'onnx',
    syntax: 'proto3',
    messageType: Object.entries(MESSAGES).map(([name, fields]) => ({
      name,
      field: Object.entries(fields).map(([field, [number, given]]) => {
        const type = given.replace('[]', '')
        const scalar = Object.hasOwn(SCALARS, type) ? SCALARS[type as keyof typeof SCALARS] : null
        return {
          name: field,
          number,
          label: given.endsWith('[]')
            ? FieldDescriptorProto_Label.REPEATED
            : FieldDescriptorProto_Label.OPTIONAL,
          type: scalar ?? FieldDescriptorProto_Type.MESSAGE,
          ...(scalar === null && { typeName: `.onnx.${type}` }),
        }
      }),
    })),
  }),
  () => undefined,
)

export type ModelProto = Message<'onnx.ModelProto'> & {
  irVersion: bigint
  producerName: string
  producerVersion: string
  docString: string
  graph?: GraphProto
  opsetImport: OperatorSetIdProto[]
  metadataProps: StringStringEntryProto[]
  functions: FunctionProto[]
}
export type OperatorSetIdProto = Message<'onnx.OperatorSetIdProto'> & { domain: string; version: bigint }
export type StringStringEntryProto = Message<'onnx.StringStringEntryProto'> & { key: string; value: string }
export type GraphProto = Message<'onnx.GraphProto'> & {
  node: NodeProto[]
  name: string
  initializer: TensorProto[]
  input: ValueInfoProto[]
  output: ValueInfoProto[]
  sparseInitializer: SparseTensorProto[]
}
export type NodeProto = Message<'onnx.NodeProto'> & {
  input: string[]
  output: string[]
  name: string
  opType: string
  attribute: AttributeProto[]
  domain: string
}
export type AttributeProto = Message<'onnx.AttributeProto'> & {
  name: string
  f: number
  i: bigint
  s: Uint8Array
  t?: TensorProto
  floats: number[]
  ints: bigint[]
  /** One of ATTRIBUTE_TYPES. */
  type: number
  refAttrName: string
}
export type TensorProto = Message<'onnx.TensorProto'> & {
  dims: bigint[]
  /** One of DATA_TYPES. */
  dataType: number
  floatData: number[]
  int32Data: number[]
  int64Data: bigint[]
  name: string
  /** Little-endian, row-major. */
  rawData: Uint8Array
  doubleData: number[]
  uint64Data: bigint[]
  externalData: StringStringEntryProto[]
  /** 1 where the data are in another file. */
  dataLocation: number
}
export type SparseTensorProto = Message<'onnx.SparseTensorProto'> & { values?: TensorProto }
export type ValueInfoProto = Message<'onnx.ValueInfoProto'> & { name: string; type?: TypeProto }
export type TypeProto = Message<'onnx.TypeProto'> & { tensorType?: TensorTypeProto }
export type TensorTypeProto = Message<'onnx.TensorTypeProto'> & { elemType: number; shape?: TensorShapeProto }
export type TensorShapeProto = Message<'onnx.TensorShapeProto'> & { dim: DimensionProto[] }
export type DimensionProto = Message<'onnx.DimensionProto'> & { dimValue: bigint; dimParam: string }
export type FunctionProto = Message<'onnx.FunctionProto'> & { name: string; domain: string }

/** TensorProto.DataType. */
export const DATA_TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const

/** AttributeProto.AttributeType. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const

/** The schema of a whole file, for `fromBinary`, `create` and `toBinary` of @bufbuild/protobuf. */
export const ModelProtoSchema = registry.getMessage('onnx.ModelProto') as GenMessage<ModelProto>
