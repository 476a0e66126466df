/**
 * The lowering of every layer kind. To add one: its kind in shared/graph/types.ts, a file here, a line here,
 * a test.
 */
import type { LayerKind, LayerNode } from '../../../shared/graph/types.ts'
import type { Value } from '../../ops/ir.ts'
import type { LayerLowering, LoweringContext } from './types.ts'
import { lowerActivation } from './activation.ts'
import { lowerAdd } from './add.ts'
import { lowerAttention } from './attention.ts'
import { lowerBatchNorm } from './batch-norm.ts'
import { lowerClassToken } from './class-token.ts'
import { lowerDotProductAttention } from './dot-product-attention.ts'
import { lowerConcat } from './concat.ts'
import { lowerConv } from './conv.ts'
import { lowerDense } from './dense.ts'
import { lowerDepthwiseConv } from './depthwise-conv.ts'
import { lowerDropout } from './dropout.ts'
import { lowerFlatten } from './flatten.ts'
import { lowerInput } from './input.ts'
import { lowerLayerNorm } from './layer-norm.ts'
import { lowerLayerScale } from './layer-scale.ts'
import { lowerMultiply } from './multiply.ts'
import { lowerPadShortcut } from './pad-shortcut.ts'
import { lowerAveragePool, lowerGlobalAveragePool, lowerMaxPool } from './pool.ts'
import { lowerPermute } from './permute.ts'
import { lowerPositionEmbedding } from './position-embedding.ts'
import { lowerReshape } from './reshape.ts'
import { lowerScaleChannels } from './scale-channels.ts'
import { lowerSelectToken } from './select-token.ts'
import { lowerSlice } from './slice.ts'
import { lowerStochasticDepth } from './stochastic-depth.ts'
import { lowerTokenEmbedding } from './token-embedding.ts'

export const LAYERS = {
  activation: lowerActivation,
  add: lowerAdd,
  attention: lowerAttention,
  'average-pool': lowerAveragePool,
  'batch-norm': lowerBatchNorm,
  'class-token': lowerClassToken,
  concat: lowerConcat,
  conv: lowerConv,
  dense: lowerDense,
  'depthwise-conv': lowerDepthwiseConv,
  'dot-product-attention': lowerDotProductAttention,
  dropout: lowerDropout,
  flatten: lowerFlatten,
  'global-average-pool': lowerGlobalAveragePool,
  input: lowerInput,
  'layer-norm': lowerLayerNorm,
  'layer-scale': lowerLayerScale,
  'max-pool': lowerMaxPool,
  multiply: lowerMultiply,
  'pad-shortcut': lowerPadShortcut,
  permute: lowerPermute,
  'position-embedding': lowerPositionEmbedding,
  reshape: lowerReshape,
  'scale-channels': lowerScaleChannels,
  'select-token': lowerSelectToken,
  slice: lowerSlice,
  'stochastic-depth': lowerStochasticDepth,
  'token-embedding': lowerTokenEmbedding,
} as const satisfies { [Kind in LayerKind]?: LayerLowering<Kind> }

/** Lowers one layer. Throws, listing the known kinds, when its kind has no lowering. */
export function lowerLayer(context: LoweringContext, node: LayerNode): Value {
  const lowering: LayerLowering | undefined = (LAYERS as { readonly [Kind in LayerKind]?: LayerLowering })[
    node.kind
  ]
  if (!lowering)
    throw new Error(`no lowering for layer kind ${node.kind}; known are ${Object.keys(LAYERS).join(', ')}`)
  return lowering(context, node)
}
