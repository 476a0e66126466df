/**
 * The lowering of every layer kind. To add one: its kind in shared/graph/types.ts, a file here, a line here, a test.
 */
import type { LayerKind, LayerNode } from '../../../shared/graph/types.ts'
import type { Value } from '../../ops/ir.ts'
import type { LayerLowering, LoweringContext } from './types.ts'
import { lowerActivation } from './activation.ts'
import { lowerAdd } from './add.ts'
import { lowerClassToken } from './class-token.ts'
import { lowerConcat } from './concat.ts'
import { lowerDense } from './dense.ts'
import { lowerDropout } from './dropout.ts'
import { lowerFlatten } from './flatten.ts'
import { lowerInput } from './input.ts'
import { lowerLayerScale } from './layer-scale.ts'
import { lowerPositionEmbedding } from './position-embedding.ts'
import { lowerReshape } from './reshape.ts'
import { lowerSelectToken } from './select-token.ts'
import { lowerStochasticDepth } from './stochastic-depth.ts'

export const LAYERS = {
  activation: lowerActivation,
  add: lowerAdd,
  'class-token': lowerClassToken,
  concat: lowerConcat,
  dense: lowerDense,
  dropout: lowerDropout,
  flatten: lowerFlatten,
  input: lowerInput,
  'layer-scale': lowerLayerScale,
  'position-embedding': lowerPositionEmbedding,
  reshape: lowerReshape,
  'select-token': lowerSelectToken,
  'stochastic-depth': lowerStochasticDepth,
} as const satisfies { [Kind in LayerKind]?: LayerLowering<Kind> }

/** Lowers one layer. Throws, listing the known kinds, when its kind has no lowering. */
export function lowerLayer(context: LoweringContext, node: LayerNode): Value {
  const lowering: LayerLowering | undefined = (LAYERS as { readonly [Kind in LayerKind]?: LayerLowering })[node.kind]
  if (!lowering) throw new Error(`no lowering for layer kind ${node.kind}; known are ${Object.keys(LAYERS).join(', ')}`)
  return lowering(context, node)
}
