/** Every kind of layer as ONNX's nodes. */
import type { LayerKind, LayerNode } from '../../../../shared/graph/types.ts'
import { writeActivation } from './activations.ts'
import { channelsFirst, channelsLast, flattened, onLastAxis, onnxAxis } from './order.ts'
import {
  affine,
  writeAttention,
  writeClassToken,
  writeDotProductAttention,
  writePositionEmbedding,
  writeSelectToken,
  writeTokenEmbedding,
} from './sequences.ts'
import type { LayerContext, LayerWriter } from './types.ts'
import {
  writeAveragePool,
  writeConv,
  writeDepthwiseConv,
  writeGlobalAveragePool,
  writeMaxPool,
  writePadShortcut,
} from './windows.ts'

/** Layers that do nothing in evaluation. */
const passed = ({ inputs: [input] }: LayerContext): string => input.name

const writeDense: LayerWriter<'dense'> = (
  { emitter, inputs: [input], shape, parameter, sharedParameter },
  node,
) => {
  // A table has the layout that PyTorch gives a dense kernel.
  const weight = node.tied === undefined ? parameter('kernel') : sharedParameter(`${node.tied}.table`)
  const bias = node.bias ? parameter('bias') : null
  if (input.shape.length === 1) {
    return emitter.node('Gemm', node.name, [input.name, weight, ...(bias === null ? [] : [bias])], {
      transB: { i: 1 },
    })
  }
  return onLastAxis(emitter, input, node.name, shape, (x) => affine(emitter, x, node.name, weight, bias))
}

/** In evaluation: by the running statistics. ONNX has the features after the batch. */
const writeBatchNorm: LayerWriter<'batch-norm'> = ({ emitter, inputs: [input], parameter }, node) => {
  const { name, epsilon } = node
  const tensors = ['scale', 'shift', 'running-mean', 'running-variance'].map((suffix) => parameter(suffix))
  const norm = (x: string, of: string): string =>
    emitter.node('BatchNormalization', of, [x, ...tensors], { epsilon: { f: epsilon } })
  if (input.shape.length !== 2) return norm(input.name, name)
  const turn = { perm: { ints: [0, 2, 1] } }
  const turned = emitter.node('Transpose', `${name}.features_first`, [input.name], turn)
  return emitter.node('Transpose', `${name}.features_last`, [norm(turned, name)], turn)
}

const writeLayerNorm: LayerWriter<'layer-norm'> = ({ emitter, inputs: [input], shape, parameter }, node) =>
  onLastAxis(emitter, input, node.name, shape, (x) =>
    emitter.node('LayerNormalization', node.name, [x, parameter('scale'), parameter('shift')], {
      axis: { i: -1 },
      epsilon: { f: node.epsilon },
    }),
  )

const writeReshape: LayerWriter<'reshape'> = ({ emitter, inputs: [input] }, { name, shape }) => {
  const ordered = channelsLast(emitter, input, name)
  const wanted = emitter.integers(`${name}.shape`, [0, ...shape])
  return channelsFirst(emitter, { name: emitter.node('Reshape', name, [ordered, wanted]), shape }, name)
}

const writePermute: LayerWriter<'permute'> = ({ emitter, inputs: [input] }, { name, axes }) => {
  const rank = axes.length
  // Place k of the output's order, as ONNX counts it, takes that axis of the input.
  const perm = [0]
  axes.forEach((axis, k) => (perm[onnxAxis(k, rank)] = onnxAxis(axis, rank)))
  return emitter.node('Transpose', name, [input.name], { perm: { ints: perm } })
}

const writeSlice: LayerWriter<'slice'> = ({ emitter, inputs: [input] }, node) => {
  const { name, axis, begin, size } = node
  return emitter.node('Slice', name, [
    input.name,
    emitter.integers(`${name}.starts`, [begin]),
    emitter.integers(`${name}.ends`, [begin + size]),
    emitter.integers(`${name}.axes`, [onnxAxis(axis, input.shape.length)]),
  ])
}

const writeConcat: LayerWriter<'concat'> = ({ emitter, inputs }, node) => {
  const rank = inputs[0].shape.length
  const names = inputs.map(({ name }) => name)
  return emitter.node('Concat', node.name, names, { axis: { i: onnxAxis(rank - 1, rank) } })
}

const writeScaleChannels: LayerWriter<'scale-channels'> = ({ emitter, inputs: [image, factors] }, node) => {
  const axes = emitter.integers(`${node.name}.axes`, [2, 3])
  const spread = emitter.node('Unsqueeze', `${node.name}.spread`, [factors.name, axes])
  return emitter.node('Mul', node.name, [image.name, spread])
}

const writeLayerScale: LayerWriter<'layer-scale'> = ({ emitter, inputs: [input], parameter }, node) => {
  const { shape } = input
  const dims = shape.length === 3 ? [shape[2], 1, 1] : undefined
  return emitter.node('Mul', node.name, [input.name, parameter('layer-scale', dims)])
}

const WRITERS = {
  // The input is no node: what it gives is the input of the graph.
  input: (_, node) => node.name,
  flatten: ({ emitter, inputs: [input] }, node) => flattened(emitter, input, node.name),
  reshape: writeReshape,
  dense: writeDense,
  conv: writeConv,
  'depthwise-conv': writeDepthwiseConv,
  activation: ({ emitter, inputs: [input] }, node) =>
    writeActivation(emitter, input.name, node.name, node.activation, node.slope),
  'batch-norm': writeBatchNorm,
  'layer-norm': writeLayerNorm,
  'max-pool': writeMaxPool,
  'average-pool': writeAveragePool,
  'global-average-pool': writeGlobalAveragePool,
  add: ({ emitter, inputs: [a, b] }, node) => emitter.node('Add', node.name, [a.name, b.name]),
  multiply: ({ emitter, inputs: [a, b] }, node) => emitter.node('Mul', node.name, [a.name, b.name]),
  concat: writeConcat,
  slice: writeSlice,
  permute: writePermute,
  'scale-channels': writeScaleChannels,
  dropout: passed,
  'stochastic-depth': passed,
  'class-token': writeClassToken,
  'position-embedding': writePositionEmbedding,
  'token-embedding': writeTokenEmbedding,
  attention: writeAttention,
  'dot-product-attention': writeDotProductAttention,
  'layer-scale': writeLayerScale,
  'select-token': writeSelectToken,
  'pad-shortcut': writePadShortcut,
} as const satisfies { readonly [K in LayerKind]: LayerWriter<K> }

/** Writes the nodes of any layer; returns the name of what they give. */
export function writeLayer(context: LayerContext, node: LayerNode): string {
  const writer: LayerWriter = (WRITERS as { readonly [K in LayerKind]: LayerWriter })[node.kind]
  return writer(context, node)
}
