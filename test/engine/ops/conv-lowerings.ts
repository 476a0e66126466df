/**
 * How the cases of ops.json with images, norms and attention are built: by the very functions that lower
 * layers.
 */
import type { LayerNode, LayerOp } from '../../../src/shared/graph/types.ts'
import { attended } from '../../../src/engine/compiler/layers/attention.ts'
import { convolved } from '../../../src/engine/compiler/layers/conv.ts'
import { lowerLayer } from '../../../src/engine/compiler/layers/index.ts'
import type { Builder } from '../../../src/engine/program/builder.ts'
import type { Value } from '../../../src/engine/ops/ir.ts'
import { mean, one, reshape } from '../../../src/engine/ops/support/make.ts'
import type { OracleCase, OracleLowering } from './oracle-harness.ts'

const convolution =
  (op: 'conv2d' | 'depthwise-conv2d'): OracleLowering =>
  (builder, inputs, { attrs }) => {
    const { x, kernel, bias } = inputs
    const padding = attrs.padding_mode === 'circular' ? 'circular' : Number(attrs.padding)
    const image = convolved(builder, op, x, kernel, {
      stride: Number(attrs.stride),
      padding,
      ...(op === 'conv2d' && { groups: Number(attrs.groups ?? 1) }),
    })
    return bias ? one(builder, 'bias-add', [image, bias]) : image
  }

const pool =
  (op: string): OracleLowering =>
  (builder, { x }, { attrs }) =>
    one(builder, op, [x], {
      size: Number(attrs.size),
      stride: Number(attrs.stride),
      padding: Number(attrs.padding),
    })

/** Runs a layer's lowering on given parameters; returns its output and the new running statistics. */
export function lowered(
  layer: LayerOp,
  builder: Builder,
  inputs: readonly Value[],
  parameters: Readonly<Record<string, Value>>,
  mode: 'train' | 'evaluate' = 'train',
): { output: Value; statistics: Record<string, Value> } {
  const statistics: Record<string, Value> = {}
  const node: LayerNode = { ...layer, name: 'layer', inputs: [] }
  const context = {
    builder,
    inputs,
    mode,
    node,
    batch: inputs[0].type.shape[0],
    parameter(suffix: string): Value {
      if (!(suffix in parameters)) throw new Error(`no parameter ${suffix}`)
      return parameters[suffix]
    },
    parameterNamed(name: string): Value {
      throw new Error(`no parameter ${name}`)
    },
    randomFeed: () => null,
    updateStatistic: (suffix: string, value: Value) => {
      statistics[suffix] = value
    },
  }
  return { output: lowerLayer(context, node), statistics }
}

function batchNorm(
  builder: Builder,
  { x, gamma, beta }: Readonly<Record<string, Value>>,
  given: OracleCase,
): Value {
  const statistic = (name: 'running_mean' | 'running_var'): Value => {
    const tensor = (given.running ?? given.running_before)?.[name]
    if (!tensor) throw new Error(`${given.name} has no ${name}`)
    return one(builder, 'constant', [], { dtype: 'float', shape: tensor.shape, values: tensor.data })
  }
  const layer = {
    kind: 'batch-norm',
    momentum: Number(given.attrs.tf_momentum ?? 0.9),
    epsilon: Number(given.attrs.eps),
  } as const
  return lowered(
    layer,
    builder,
    [x],
    {
      scale: gamma,
      shift: beta,
      'running-mean': statistic('running_mean'),
      'running-variance': statistic('running_var'),
    },
    given.attrs.training === true ? 'train' : 'evaluate',
  ).output
}

export const CONV_LOWERINGS: Readonly<Record<string, OracleLowering>> = {
  conv2d: convolution('conv2d'),
  depthwiseConv2d: convolution('depthwise-conv2d'),
  batchNorm,
  layerNorm: (builder, { x, gamma, beta }, { attrs }) =>
    lowered({ kind: 'layer-norm', epsilon: Number(attrs.eps) }, builder, [x], {
      scale: gamma,
      shift: beta,
    }).output,
  avgPool: pool('average-pool'),
  maxPool: pool('max-pool'),
  globalAvgPool: (builder, { x }) => mean(builder, x, [1, 2]),
  multiHeadSelfAttention: (builder, { x, wq, bq, wk, bk, wv, bv, wo, bo }, { attrs }) => {
    const [batch, time, features] = x.type.shape
    const dense = (value: Value, kernel: Value, bias: Value): Value =>
      one(builder, 'bias-add', [
        one(builder, 'matmul', [reshape(builder, value, [batch * time, features]), kernel]),
        bias,
      ])
    const fused = dense(
      x,
      one(builder, 'concat', [wq, wk, wv], { axis: 1 }),
      one(builder, 'concat', [bq, bk, bv], { axis: 0 }),
    )
    const heads = Number(attrs.heads)
    const factor = 1 / Math.sqrt(features / heads)
    const mixed = attended(builder, reshape(builder, fused, [batch, time, 3 * features]), { heads, factor })
    return reshape(builder, dense(mixed, wo, bo), [batch, time, features])
  },
}
