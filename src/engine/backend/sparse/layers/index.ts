/**
 * All layers with sparse kernels, by kind. To add one: its file behind SparseLayer, a line here, its
 * traits in layer-kinds.ts.
 */
import type { LayerKind, LayerNode } from '../../../../shared/graph/types.ts'
import { attention } from './attention.ts'
import { activation, add, concat, dropout, flatten, input } from './elementwise.ts'
import { layerNorm, layerScale } from './layer-norm.ts'
import { linear } from './linear.ts'
import { batchNorm } from './norm.ts'
import { averagePool, globalAveragePool, maxPool, padShortcut } from './pool.ts'
import { rearrange } from './rearrange.ts'
import { multiply, scaleChannels } from './scale-channels.ts'
import { tokenEmbedding } from './token-embedding.ts'
import { classToken, positionEmbedding, selectToken } from './tokens.ts'
import type { LayerContext, SparseLayer } from './types.ts'

const LAYERS: { readonly [Kind in LayerKind]?: SparseLayer<Kind> } = {
  input,
  flatten,
  activation,
  dense: linear,
  conv: linear,
  'depthwise-conv': linear,
  'batch-norm': batchNorm,
  'layer-norm': layerNorm,
  'layer-scale': layerScale,
  add,
  multiply,
  'scale-channels': scaleChannels,
  concat,
  dropout,
  'stochastic-depth': dropout,
  'max-pool': maxPool,
  'average-pool': averagePool,
  'global-average-pool': globalAveragePool,
  'pad-shortcut': padShortcut,
  'class-token': classToken,
  'token-embedding': tokenEmbedding,
  'position-embedding': positionEmbedding,
  'select-token': selectToken,
  'dot-product-attention': attention,
  reshape: rearrange,
  slice: rearrange,
  permute: rearrange,
}

/** The layer of a node. Throws for kinds that `refusals` names. */
export function layerOf(node: LayerNode): SparseLayer {
  const layer: SparseLayer | undefined = LAYERS[node.kind]
  if (!layer) throw new Error(`${node.name}: the layer kind ${node.kind} has no sparse kernel`)
  return layer
}

/** Writes one layer onto a tape. */
export function emitLayer(context: LayerContext, node: LayerNode, direction: 'forward' | 'backward'): void {
  layerOf(node)[direction](context, node)
}
