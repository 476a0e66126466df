/** Attention and what else works on sequences. */
import { DATA_TYPES } from '../messages.ts'
import type { OnnxEmitter } from './emitter.ts'
import type { LayerWriter } from './types.ts'

/** x · Wᵀ + b on the last axis; the weight keeps PyTorch's layout [out, in]. */
export function affine(
  emitter: OnnxEmitter,
  x: string,
  name: string,
  weight: string,
  bias: string | null,
): string {
  const turned = emitter.node('Transpose', `${name}.transposed`, [weight], { perm: { ints: [1, 0] } })
  const product = emitter.node('MatMul', bias === null ? name : `${name}.product`, [x, turned])
  return bias === null ? product : emitter.node('Add', name, [product, bias])
}

interface Heads {
  readonly time: number
  readonly features: number
  readonly heads: number
  readonly scale: number
  readonly causal?: boolean
}

/** softmax(scale·Q·Kᵀ)·V of [batch, time, 3·features]: query, key and value, one after the other. */
function attended(emitter: OnnxEmitter, fused: string, name: string, settings: Heads): string {
  const { time, features, heads, scale, causal = false } = settings
  const depth = features / heads
  const apart = emitter.integers(`${name}.heads_shape`, [0, time, 3, heads, depth])
  const split = emitter.node('Reshape', `${name}.heads`, [fused, apart])
  const sorted = emitter.node('Transpose', `${name}.sorted`, [split], { perm: { ints: [2, 0, 3, 1, 4] } })
  const [query, key, value] = ['query', 'key', 'value'].map((part, index) =>
    emitter.node('Gather', `${name}.${part}`, [sorted, emitter.integers(`${name}.${part}_index`, index)], {
      axis: { i: 0 },
    }),
  )
  const turned = emitter.node('Transpose', `${name}.key_transposed`, [key], { perm: { ints: [0, 1, 3, 2] } })
  const scaled = emitter.node('Mul', `${name}.scaled`, [query, emitter.floats(`${name}.scale`, [], [scale])])
  const scores = emitter.node('MatMul', `${name}.scores`, [scaled, turned])
  const seen = causal
    ? emitter.node('Add', `${name}.seen`, [
        scores,
        emitter.floats(`${name}.later`, [time, time], later(time)),
      ])
    : scores
  const weights = emitter.node('Softmax', `${name}.weights`, [seen], { axis: { i: -1 } })
  const mixed = emitter.node('MatMul', `${name}.mixed`, [weights, value])
  const ordered = emitter.node('Transpose', `${name}.by_time`, [mixed], { perm: { ints: [0, 2, 1, 3] } })
  const whole = emitter.integers(`${name}.whole_shape`, [0, time, features])
  return emitter.node('Reshape', name, [ordered, whole])
}

/** What hides from each place those that come later: [time, time]. */
const later = (time: number): Float32Array =>
  Float32Array.from({ length: time * time }, (_, k) => (k % time > Math.floor(k / time) ? -1e30 : 0))

export const writeAttention: LayerWriter<'attention'> = ({ emitter, inputs: [input], parameter }, node) => {
  const { name, heads, causal } = node
  const [time, features] = input.shape
  const fused = affine(emitter, input.name, `${name}.qkv`, parameter('qkv.kernel'), parameter('qkv.bias'))
  const scale = 1 / Math.sqrt(features / heads)
  const mixed = attended(emitter, fused, `${name}.attended`, { time, features, heads, scale, causal })
  return affine(emitter, mixed, name, parameter('projection.kernel'), parameter('projection.bias'))
}

export const writeDotProductAttention: LayerWriter<'dot-product-attention'> = (
  { emitter, inputs, shape: [time, features] },
  node,
) => {
  const { name, heads, scale, causal } = node
  const names = inputs.map((input) => input.name)
  const fused =
    names.length === 1 ? names[0] : emitter.node('Concat', `${name}.fused`, names, { axis: { i: 2 } })
  return attended(emitter, fused, name, { time, features, heads, scale, causal })
}

/** The token once for every example of the batch, before the sequence. */
export const writeClassToken: LayerWriter<'class-token'> = (
  { emitter, inputs: [input], parameter },
  { name },
) => {
  const features = input.shape[1]
  const sides = emitter.node('Shape', `${name}.sides`, [input.name])
  const batch = emitter.node('Gather', `${name}.batch`, [sides, emitter.integers(`${name}.first`, [0])], {
    axis: { i: 0 },
  })
  const wanted = emitter.node(
    'Concat',
    `${name}.wanted`,
    [batch, emitter.integers(`${name}.one_token`, [1, features])],
    { axis: { i: 0 } },
  )
  const tokens = emitter.node('Expand', `${name}.tokens`, [parameter('token', [1, 1, features]), wanted])
  return emitter.node('Concat', name, [tokens, input.name], { axis: { i: 1 } })
}

export const writePositionEmbedding: LayerWriter<'position-embedding'> = (
  { emitter, inputs: [input], parameter },
  { name },
) => emitter.node('Add', name, [input.name, parameter('position', [1, ...input.shape])])

/** Tokens are numbers of single precision, as every input of the file. */
export const writeTokenEmbedding: LayerWriter<'token-embedding'> = (
  { emitter, inputs: [input], parameter },
  { name },
) => {
  const whole = emitter.node('Cast', `${name}.tokens`, [input.name], { to: { i: DATA_TYPES.int64 } })
  return emitter.node('Gather', name, [parameter('table'), whole], { axis: { i: 0 } })
}

export const writeSelectToken: LayerWriter<'select-token'> = ({ emitter, inputs: [input] }, node) =>
  emitter.node('Gather', node.name, [input.name, emitter.integers(`${node.name}.index`, node.index)], {
    axis: { i: 1 },
  })
