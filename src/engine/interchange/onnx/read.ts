/** The bytes of an ONNX file as a checked graph: nodes in order, constants, one input, one output. */
import { fromBinary } from '@bufbuild/protobuf'
import { BenchError } from '../../../shared/contract/errors.ts'
import { constantFrom } from './constant.ts'
import type { Constant } from './constant.ts'
import { ATTRIBUTE_TYPES, ModelProtoSchema } from './messages.ts'
import type { AttributeProto, GraphProto, ModelProto, NodeProto, ValueInfoProto } from './messages.ts'

export type OnnxAttribute = number | string | readonly number[] | Constant

export interface OnnxNode {
  /** The node's name, or its first output where it has none. */
  readonly name: string
  readonly op: string
  /** Empty names are inputs that were left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, OnnxAttribute>
}

export interface OnnxGraph {
  /** The graph's own name, or else which program wrote it. */
  readonly name: string
  readonly opset: number
  /** Only what the output depends on, each after what it reads. */
  readonly nodes: readonly OnnxNode[]
  readonly constants: ReadonlyMap<string, Constant>
  readonly input: { readonly name: string; readonly shape: readonly (number | null)[] }
  readonly output: string
  readonly notes: readonly string[]
}

const MOST_NODES = 200_000
/** Operators older than this have other inputs; every exporter of today writes newer ones. */
const LEAST_OPSET = 9

function fail(message: string, where: string | null = null): never {
  throw new BenchError('bad-data', message, where)
}

/** Throws BenchError('bad-data') for what is no ONNX file, or not one classifier with its weights. */
export function readOnnx(bytes: Uint8Array): OnnxGraph {
  const model = decoded(bytes)
  const { graph } = model
  if (!graph || graph.node.length === 0) fail('Not an ONNX model: the file holds no graph with nodes.')
  if (graph.node.length > MOST_NODES)
    fail(`The ONNX graph has ${graph.node.length} nodes, more than ${MOST_NODES}.`)
  const opset = Number(model.opsetImport.find(({ domain }) => isStandard(domain))?.version ?? 0n)
  if (opset < LEAST_OPSET) {
    fail(
      `The ONNX file is of operator set ${opset}; ${LEAST_OPSET} and later are known. Export with ` +
        'opset_version=17.',
    )
  }
  if (graph.sparseInitializer.length > 0) {
    fail('The ONNX file holds sparse tensors (sparse_initializer). Save its weights as dense ones.')
  }
  const constants = new Map<string, Constant>()
  for (const tensor of graph.initializer) {
    if (constants.has(tensor.name)) fail(`Two tensors of the ONNX file are called “${tensor.name}”.`)
    constants.set(tensor.name, constantFrom(tensor))
  }
  const input = inputOf(graph, constants)
  const notes: string[] = []
  const output = outputOf(graph, notes)
  const nodes = ordered(graph.node, new Set([input.name, ...constants.keys()]), output)
  return { name: titleOf(model, graph), opset, nodes: nodes.map(nodeFrom), constants, input, output, notes }
}

/** Names that exporters give to every graph. */
const GENERIC: ReadonlySet<string> = new Set(['', 'main_graph', 'main', 'torch_jit', 'torch-jit-export'])

function titleOf({ producerName, producerVersion }: ModelProto, { name }: GraphProto): string {
  if (!GENERIC.has(name)) return name
  return producerName === '' ? 'imported' : `exported by ${producerName} ${producerVersion}`.trim()
}

export const isStandard = (domain: string): boolean => domain === '' || domain === 'ai.onnx'

function decoded(bytes: Uint8Array): ModelProto {
  if (bytes.length === 0) fail('Not an ONNX file: it is empty.')
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false })
  } catch (error) {
    return fail(`Not an ONNX file: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function inputOf(graph: GraphProto, constants: ReadonlyMap<string, Constant>): OnnxGraph['input'] {
  // Old files list their initializers among the inputs.
  const inputs = graph.input.filter(({ name }) => !constants.has(name))
  if (inputs.length !== 1) {
    const names = inputs.map(({ name }) => `“${name}”`).join(', ')
    fail(`A model of the bench has one input; the ONNX file has ${inputs.length === 0 ? 'none' : names}.`)
  }
  const shape = shapeOf(inputs[0])
  if (shape.length < 2) {
    fail(
      `The input “${inputs[0].name}” has the shape [${shape.map((side) => side ?? '?').join(', ')}]; taken ` +
        'are [batch, features], [batch, time, features] and [batch, channels, height, width].',
    )
  }
  const open = shape.slice(1).findIndex((side) => side === null)
  if (open >= 0) {
    fail(
      `Axis ${open + 1} of the input “${inputs[0].name}” has no fixed size. Export with a dynamic batch ` +
        "only: dynamic_axes={'input': {0: 'batch'}}.",
    )
  }
  if (shape.some((side) => side !== null && (!Number.isSafeInteger(side) || side < 1 || side > 2 ** 24))) {
    fail(`The input “${inputs[0].name}” has the impossible shape [${shape.join(', ')}].`)
  }
  return { name: inputs[0].name, shape }
}

function shapeOf({ type }: ValueInfoProto): (number | null)[] {
  const dims = type?.tensorType?.shape?.dim ?? []
  // Negative sizes are written by some tools for an axis that is open.
  return dims.map(({ dimValue }) => (dimValue === 0n || dimValue === -1n ? null : Number(dimValue)))
}

function outputOf(graph: GraphProto, notes: string[]): string {
  const [first, ...rest] = graph.output
  if (!first) fail('The ONNX graph has no output.')
  const chosen = graph.output.find(({ name }) => name === 'logits') ?? first
  if (rest.length > 0)
    notes.push(`Of ${graph.output.length} outputs “${chosen.name}” was taken for the logits.`)
  return chosen.name
}

/** What `output` depends on, in an order that can be computed. Throws for cycles and what nothing makes. */
function ordered(nodes: readonly NodeProto[], given: ReadonlySet<string>, output: string): NodeProto[] {
  const maker = new Map<string, NodeProto>()
  for (const node of nodes) {
    for (const name of node.output) {
      if (name === '') continue
      if (maker.has(name) || given.has(name)) fail(`The ONNX file makes the value “${name}” twice.`)
      maker.set(name, node)
    }
  }
  const result: NodeProto[] = []
  const state = new Map<NodeProto, 'open' | 'done'>()
  const stack: { node: NodeProto; next: number }[] = []
  const enter = (name: string, reader: string): void => {
    if (name === '' || given.has(name)) return
    const node = maker.get(name)
    if (!node) fail(`${reader} reads the value “${name}”, which nothing in the ONNX file makes.`)
    if (state.get(node) === 'open') fail(`The ONNX graph has a cycle through the value “${name}”.`)
    if (state.has(node)) return
    state.set(node, 'open')
    stack.push({ node, next: 0 })
  }
  enter(output, 'The output')
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (top.next < top.node.input.length) {
      enter(top.node.input[top.next++], `The node “${nameOf(top.node)}” (${top.node.opType})`)
    } else {
      state.set(top.node, 'done')
      result.push(top.node)
      stack.pop()
    }
  }
  return result
}

const nameOf = (node: NodeProto): string => node.name || node.output[0] || node.opType

function nodeFrom(node: NodeProto): OnnxNode {
  return {
    name: nameOf(node),
    op: isStandard(node.domain) ? node.opType : `${node.domain}.${node.opType}`,
    inputs: node.input,
    outputs: node.output,
    attributes: new Map(
      node.attribute.flatMap((attribute): [string, OnnxAttribute][] => {
        const value = attributeFrom(attribute)
        return value === null ? [] : [[attribute.name, value]]
      }),
    ),
  }
}

function attributeFrom(attribute: AttributeProto): OnnxAttribute | null {
  switch (attribute.type) {
    case ATTRIBUTE_TYPES.float:
      return attribute.f
    case ATTRIBUTE_TYPES.int:
      return Number(attribute.i)
    case ATTRIBUTE_TYPES.string:
      return new TextDecoder().decode(attribute.s)
    case ATTRIBUTE_TYPES.tensor:
      return attribute.t ? constantFrom(attribute.t) : null
    case ATTRIBUTE_TYPES.floats:
      return attribute.floats
    case ATTRIBUTE_TYPES.ints:
      return attribute.ints.map(Number)
    default:
      return null
  }
}
