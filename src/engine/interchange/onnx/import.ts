/** An ONNX file as a layer graph with its weights. */
import { BenchError } from '../../../shared/contract/errors.ts'
import type { LayerGraph, Shape } from '../../../shared/graph/types.ts'
import { groupBy } from '../../../shared/stats/summary.ts'
import type { Constant, FloatArray } from './constant.ts'
import { Context } from './context.ts'
import type { Importing } from './context.ts'
import type { Value } from './values.ts'
import { instead, NotImportable } from './failure.ts'
import { fold, FOLDED } from './fold.ts'
import { layerName } from './names.ts'
import { OPERATORS } from './operators/index.ts'
import { readOnnx } from './read.ts'
import type { OnnxGraph, OnnxNode } from './read.ts'
import { BATCH, plainView } from './view.ts'
import type { Atom, View } from './view.ts'
import { GraphWriter } from './writer.ts'

export interface ImportedModel {
  readonly graph: LayerGraph
  /** Values of every parameter, running statistics included, by the bench's names and in its layouts. */
  readonly parameters: Map<string, FloatArray>
  /** What a user should know of the way it was read. */
  readonly notes: string[]
}

/** What an open batch counts as while shapes are computed: no size of a layer, so that it is told apart. */
const BATCH_SIZE = 1009

/** Constants that are computed, not folded, although all their inputs are in the file. */
const NO_FOLDING: ReadonlySet<string> = new Set(['Constant'])

/**
 * Reads an ONNX file of a classifier: every operator becomes a layer of the bench, a part of one, or a way of
 * reading one. Convolutions and products become maskable kernels. Throws BenchError('bad-data') for what is
 * no ONNX file, and for networks with nodes that no layer of the bench computes, naming all of them.
 */
export function importOnnx(bytes: Uint8Array): ImportedModel {
  const onnx = readOnnx(bytes)
  const batch = batchOf(onnx)
  const { view, shape } = inputView(onnx, batch)
  const all: Importing = {
    writer: new GraphWriter(shape),
    opset: onnx.opset,
    batch,
    output: onnx.output,
    values: new Map<string, Value>([...onnx.constants, [onnx.input.name, view]]),
    readers: readersOf(onnx.nodes),
    notes: new Set(onnx.notes),
    activations: new Map(),
    tables: new Map(),
    amended: new Set(),
    used: new Map(),
  }
  const failures = onnx.nodes.flatMap((node) => imported(node, all))
  if (failures.length > 0) throw refusal(failures)
  const result = finished(all, onnx.name)
  noteFoldedNorms(result.graph, all.notes)
  return { ...result, notes: [...all.notes] }
}

function finished(all: Importing, name: string): Pick<ImportedModel, 'graph' | 'parameters'> {
  const output = outputLayer(all)
  try {
    return all.writer.finish(name, output)
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    throw new BenchError('bad-data', `The ONNX file is no classifier: ${error.message}`, error.where, {
      cause: error,
    })
  }
}

function batchOf({ input }: OnnxGraph): readonly Atom[] {
  const [size] = input.shape
  return size === 1 ? [] : [{ axis: BATCH, size: size ?? BATCH_SIZE, stride: 0 }]
}

/** The input as the bench holds it: images with their channels last, unless the file has them so itself. */
function inputView({ input, nodes }: OnnxGraph, batch: readonly Atom[]): { view: View; shape: Shape } {
  const [, ...sides] = input.shape.map((side) => side ?? 1)
  if (sides.length !== 3) return { view: plainView('input', sides, batch), shape: sides }
  const readers = nodes.filter((node) => node.inputs.includes(input.name))
  const last = readers.every(
    ({ op, attributes }) => op === 'Transpose' && String(attributes.get('perm')) === '0,3,1,2',
  )
  const shape = last ? sides : [sides[1], sides[2], sides[0]]
  return { view: plainView('input', shape, batch, last ? [0, 1, 2] : [2, 0, 1]), shape }
}

function readersOf(nodes: readonly OnnxNode[]): Map<string, OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>()
  for (const node of nodes) {
    for (const input of node.inputs) {
      const list = readers.get(input)
      if (list) list.push(node)
      else readers.set(input, [node])
    }
  }
  return readers
}

interface Failure {
  readonly node: OnnxNode
  readonly why: string
}

/** Imports one node. What cannot be imported is returned, and what depends on it is not looked at further. */
function imported(node: OnnxNode, all: Importing): Failure[] {
  const name = layerName(node, (input) => constantOf(all, input), all.readers)
  const context = new Context(node, all, name)
  const inputs = node.inputs.map((_, index) => context.input(index))
  const known = Object.hasOwn(OPERATORS, node.op)
  const folded = FOLDED.has(node.op)
  try {
    if (inputs.some((value) => value?.kind === 'unknown'))
      throw new NotImportable(known || folded ? '' : unknownOperator(node))
    inputs.forEach((value, index) => {
      if (value?.kind === 'view' && (all.readers.get(node.inputs[index])?.length ?? 0) > 1)
        all.writer.markRead(value.layer)
    })
    const given = inputs.flatMap((value) => (value === null || value.kind === 'constant' ? [value] : []))
    const folds =
      inputs.length > 0 && given.length === inputs.length && !NO_FOLDING.has(node.op) && node.op !== 'Shape'
    if (folds) context.set(fold(context, given))
    else if (known) OPERATORS[node.op](context)
    else throw new NotImportable(unknownOperator(node))
    return []
  } catch (error) {
    if (!(error instanceof NotImportable)) throw error
    node.outputs.forEach((output) => all.values.set(output, { kind: 'unknown' }))
    return error.message === '' ? [] : [{ node, why: error.message }]
  }
}

function constantOf(all: Importing, name: string): Constant | null {
  const value = all.values.get(name)
  return value?.kind === 'constant' ? value : null
}

const unknownOperator = ({ op }: OnnxNode): string => `no layer of the bench computes it.${instead(op)}`

/** Reasons that are told, and nodes that are named for each. */
const MOST_REASONS = 20
const MOST_NODES = 3

/** One line a reason: blocks repeat, and what is wrong in one is wrong in all. */
function refusal(failures: readonly Failure[]): BenchError {
  const reasons = groupBy(failures, ({ node, why }) => `(${node.op}): ${why}${why.endsWith('.') ? '' : '.'}`)
  const told = [...reasons].slice(0, MOST_REASONS).map(([reason, alike]) => {
    const names = alike.slice(0, MOST_NODES).map(({ node }) => `“${node.name}”`)
    const others = alike.length - names.length
    return `${names.join(', ')}${others > 0 ? ` and ${others} more` : ''} ${reason}`
  })
  const count = failures.length === 1 ? 'One node' : `${failures.length} nodes`
  const rest = reasons.size > told.length ? `\n… and ${reasons.size - told.length} other reasons.` : ''
  return new BenchError(
    'bad-data',
    `${count} of the ONNX file cannot be imported (docs/own-models.md lists what is):\n` +
      `${told.join('\n')}${rest}`,
    failures[0].node.name,
  )
}

/** The layer that gives the logits. */
function outputLayer(all: Importing): string {
  const value = all.values.get(all.output)
  if (!value)
    throw new BenchError('bad-data', `The output “${all.output}” of the ONNX file is the input itself.`)
  const node = { name: all.output, op: 'output', inputs: [all.output], outputs: [], attributes: new Map() }
  try {
    const view = new Context(node, all, 'logits').force(value)
    const features = view.axes.flat().filter((atom) => atom.axis !== BATCH)
    const extents = new Context(node, all, 'logits').extents(view)
    if (all.tables.size > 0 && extents.length === 3) {
      const [, time, classes] = view.axes
      if (time.some((atom) => atom.axis === BATCH))
        throw new NotImportable('it mixes the examples of a batch')
      return all.writer.arrange(view, [time, classes], 'logits')
    }
    if (extents.slice(1, -1).some((side) => side !== 1) || extents.length < 2)
      throw new NotImportable(`it is of [${extents}]; a classifier gives [batch, classes]`)
    return all.writer.arrange(view, [features], 'logits')
  } catch (error) {
    if (!(error instanceof NotImportable)) throw error
    throw new BenchError(
      'bad-data',
      `The output “${all.output}” of the ONNX file cannot be taken: ${error.message}.`,
    )
  }
}

/** Exporters fold the batch norms of a network in evaluation into its convolutions. */
function noteFoldedNorms(graph: LayerGraph, notes: Set<string>): void {
  const convolutions = graph.nodes.filter(({ kind }) => kind === 'conv' || kind === 'depthwise-conv')
  const norms = graph.nodes.filter(({ kind }) => kind === 'batch-norm' || kind === 'layer-norm')
  if (
    convolutions.length < 3 ||
    norms.length > 0 ||
    !convolutions.every((node) => 'bias' in node && node.bias)
  )
    return
  notes.add(
    'There is no norm in the network, and every convolution has a bias: if it was trained with batch ' +
      'norms, the exporter has folded them into the convolutions. To keep them export with ' +
      'training=torch.onnx.TrainingMode.PRESERVE (dynamo=False), or with optimize=False (dynamo=True).',
  )
}
