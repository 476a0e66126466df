/**
 * All ops, by name. To add one: write `FAMILY/name.ts` with its four facets, add a line here, list it in the
 * finite-difference table of test/engine/ops (which fails while an op with a gradient is missing there).
 */
import type { OpDefinition } from './ir.ts'
import { abs } from './arithmetic/abs.ts'
import { add } from './arithmetic/add.ts'
import { argMax } from './arithmetic/arg-max.ts'
import { averagePool } from './window/average-pool.ts'
import { averagePoolGradient } from './window/average-pool-gradient.ts'
import { batchMatmul } from './arithmetic/batch-matmul.ts'
import { batchNorm } from './norm/batch-norm.ts'
import { batchNormGradient } from './norm/batch-norm-gradient.ts'
import { biasAdd } from './norm/bias-add.ts'
import { biasAddGradient } from './norm/bias-add-gradient.ts'
import { broadcastTo } from './shape/broadcast-to.ts'
import { cast } from './arithmetic/cast.ts'
import { circularPad } from './shape/circular-pad.ts'
import { circularPadGradient } from './shape/circular-pad-gradient.ts'
import { concat } from './shape/concat.ts'
import { constant } from './shape/constant.ts'
import { conv2d } from './window/conv2d.ts'
import { conv2dFilterGradient } from './window/conv2d-filter-gradient.ts'
import { conv2dInputGradient } from './window/conv2d-input-gradient.ts'
import { depthwiseConv2d } from './window/depthwise-conv2d.ts'
import { depthwiseConv2dFilterGradient } from './window/depthwise-conv2d-filter-gradient.ts'
import { depthwiseConv2dInputGradient } from './window/depthwise-conv2d-input-gradient.ts'
import { divide } from './arithmetic/divide.ts'
import { equal } from './arithmetic/equal.ts'
import { erf } from './arithmetic/erf.ts'
import { exp } from './arithmetic/exp.ts'
import { gelu } from './activation/gelu.ts'
import { greater } from './arithmetic/greater.ts'
import { greaterEqual } from './arithmetic/greater-equal.ts'
import { hardTanh } from './activation/hard-tanh.ts'
import { hardTanhGradient } from './activation/hard-tanh-gradient.ts'
import { leakyRelu } from './activation/leaky-relu.ts'
import { leakyReluGradient } from './activation/leaky-relu-gradient.ts'
import { less } from './arithmetic/less.ts'
import { lessEqual } from './arithmetic/less-equal.ts'
import { log } from './arithmetic/log.ts'
import { logSoftmax } from './loss/log-softmax.ts'
import { matmul } from './arithmetic/matmul.ts'
import { maxPool } from './window/max-pool.ts'
import { maxPoolGradient } from './window/max-pool-gradient.ts'
import { maxPoolPick } from './support/max-pool-pick.ts'
import { maximum } from './arithmetic/maximum.ts'
import { mean } from './arithmetic/mean.ts'
import { minimum } from './arithmetic/minimum.ts'
import { multiply } from './arithmetic/multiply.ts'
import { negate } from './arithmetic/negate.ts'
import { oneHot } from './shape/one-hot.ts'
import { pad } from './shape/pad.ts'
import { placeholder } from './shape/placeholder.ts'
import { relu } from './activation/relu.ts'
import { reluGradient } from './activation/relu-gradient.ts'
import { reshape } from './shape/reshape.ts'
import { select } from './arithmetic/select.ts'
import { selu } from './activation/selu.ts'
import { seluGradient } from './activation/selu-gradient.ts'
import { sigmoid } from './activation/sigmoid.ts'
import { sigmoidGradient } from './activation/sigmoid-gradient.ts'
import { sign } from './arithmetic/sign.ts'
import { slice } from './shape/slice.ts'
import { softmax } from './loss/softmax.ts'
import { sigmoidCrossEntropy } from './loss/sigmoid-cross-entropy.ts'
import { softmaxCrossEntropy } from './loss/softmax-cross-entropy.ts'
import { sqrt } from './arithmetic/sqrt.ts'
import { square } from './arithmetic/square.ts'
import { stack } from './shape/stack.ts'
import { standardise } from './norm/standardise.ts'
import { stopGradient } from './shape/stop-gradient.ts'
import { subtract } from './arithmetic/subtract.ts'
import { sum } from './arithmetic/sum.ts'
import { swish } from './activation/swish.ts'
import { tanh } from './activation/tanh.ts'
import { tanhGradient } from './activation/tanh-gradient.ts'
import { transpose } from './shape/transpose.ts'
import { unstack } from './shape/unstack.ts'
import { variable } from './shape/variable.ts'

export const OPS = {
  abs,
  add,
  'arg-max': argMax,
  'average-pool': averagePool,
  'average-pool-gradient': averagePoolGradient,
  'batch-matmul': batchMatmul,
  'batch-norm': batchNorm,
  'batch-norm-gradient': batchNormGradient,
  'bias-add': biasAdd,
  'bias-add-gradient': biasAddGradient,
  'broadcast-to': broadcastTo,
  cast,
  'circular-pad': circularPad,
  'circular-pad-gradient': circularPadGradient,
  concat,
  constant,
  conv2d,
  'conv2d-filter-gradient': conv2dFilterGradient,
  'conv2d-input-gradient': conv2dInputGradient,
  'depthwise-conv2d': depthwiseConv2d,
  'depthwise-conv2d-filter-gradient': depthwiseConv2dFilterGradient,
  'depthwise-conv2d-input-gradient': depthwiseConv2dInputGradient,
  divide,
  equal,
  erf,
  exp,
  gelu,
  greater,
  'greater-equal': greaterEqual,
  'hard-tanh': hardTanh,
  'hard-tanh-gradient': hardTanhGradient,
  'leaky-relu': leakyRelu,
  'leaky-relu-gradient': leakyReluGradient,
  less,
  'less-equal': lessEqual,
  log,
  'log-softmax': logSoftmax,
  matmul,
  'max-pool': maxPool,
  'max-pool-gradient': maxPoolGradient,
  'max-pool-pick': maxPoolPick,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  'one-hot': oneHot,
  pad,
  placeholder,
  relu,
  'relu-gradient': reluGradient,
  reshape,
  select,
  selu,
  'selu-gradient': seluGradient,
  sigmoid,
  'sigmoid-cross-entropy': sigmoidCrossEntropy,
  'sigmoid-gradient': sigmoidGradient,
  sign,
  slice,
  softmax,
  'softmax-cross-entropy': softmaxCrossEntropy,
  sqrt,
  square,
  stack,
  standardise,
  'stop-gradient': stopGradient,
  subtract,
  sum,
  swish,
  tanh,
  'tanh-gradient': tanhGradient,
  transpose,
  unstack,
  variable,
} as const satisfies Record<string, OpDefinition>

export type OpName = keyof typeof OPS

/** The definition of an op. Throws, listing the known, when there is none of that name. */
export function operation(name: string): OpDefinition {
  if (!Object.hasOwn(OPS, name))
    throw new Error(`unknown op ${name}; known are ${Object.keys(OPS).join(', ')}`)
  return OPS[name as OpName]
}
