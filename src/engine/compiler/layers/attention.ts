import type { GraphBuilder, Value } from '../../ops/ir.ts'
import { add, one, reshape, scale } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

/** What a score that must not be seen is raised by: float32 loses the score beside it. */
const HIDDEN = -1e30

/**
 * Multi-head self-attention (Vaswani et al. 2017): [batch, time, features] → the same. Query, key and value
 * come from one product with `qkv.kernel` [features, 3·features]; feature h·depth + i belongs to head h.
 */
export const lowerAttention: LayerLowering<'attention'> = (
  { builder, inputs: [x], parameter },
  { heads, causal },
) => {
  const [batch, time, features] = x.type.shape
  const rows = reshape(builder, x, [batch * time, features])
  const fused = affine(builder, rows, parameter('qkv.kernel'), parameter('qkv.bias'))
  const mixed = attended(builder, reshape(builder, fused, [batch, time, 3 * features]), {
    heads,
    factor: 1 / Math.sqrt(features / heads),
    causal,
  })
  const projected = affine(
    builder,
    reshape(builder, mixed, [batch * time, features]),
    parameter('projection.kernel'),
    parameter('projection.bias'),
  )
  return reshape(builder, projected, [batch, time, features])
}

export interface Attending {
  readonly heads: number
  readonly factor: number
  readonly causal?: boolean
}

/** softmax(factor·Q·Kᵀ)·V for every head: fused [batch, time, 3·features] → [batch, time, features]. */
export function attended(
  builder: GraphBuilder,
  fused: Value,
  { heads, factor, causal = false }: Attending,
): Value {
  const [batch, time, width] = fused.type.shape
  const features = width / 3
  const depth = features / heads
  // [batch, time, 3, heads, depth] → [3, batch, heads, time, depth]: one transposition for all three.
  const split = reshape(builder, fused, [batch, time, 3, heads, depth])
  const sorted = one(builder, 'transpose', [split], { permutation: [2, 0, 3, 1, 4] })
  const [query, key, value] = builder.add('unstack', [
    reshape(builder, sorted, [3, batch * heads, time, depth]),
  ])
  const logits = one(builder, 'batch-matmul', [scale(builder, query, factor), key], { transposeB: true })
  const seen = causal ? add(builder, logits, laterPlaces(builder, time)) : logits
  const mixed = one(builder, 'batch-matmul', [one(builder, 'softmax', [seen]), value])
  const byHead = reshape(builder, mixed, [batch, heads, time, depth])
  return reshape(builder, one(builder, 'transpose', [byHead], { permutation: [0, 2, 1, 3] }), [
    batch,
    time,
    features,
  ])
}

/** [time, time]: 0 for the place itself and those before it, else so little that its softmax is exactly 0. */
function laterPlaces(builder: GraphBuilder, time: number): Value {
  const values = Array.from({ length: time }, (_, place) => place)
  const places = (shape: readonly number[]): Value =>
    one(builder, 'constant', [], { dtype: 'float', shape, values })
  const later = one(builder, 'greater', [places([1, time]), places([time, 1])])
  return scale(builder, one(builder, 'cast', [later], { dtype: 'float' }), HIDDEN)
}

function affine(builder: GraphBuilder, rows: Value, kernel: Value, bias: Value): Value {
  return one(builder, 'bias-add', [one(builder, 'matmul', [rows, kernel]), bias])
}
