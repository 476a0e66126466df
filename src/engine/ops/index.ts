/**
 * All ops, by name. To add one: write `name.ts` with its four facets, add a line here, list it in the
 * finite-difference table of test/engine/ops (which fails while an op with a gradient is missing there).
 */
import type { OpDefinition } from './ir.ts'
import { abs } from './abs.ts'
import { add } from './add.ts'
import { argMax } from './arg-max.ts'
import { averagePool } from './average-pool.ts'
import { averagePoolGradient } from './average-pool-gradient.ts'
import { batchMatmul } from './batch-matmul.ts'
import { batchNorm } from './batch-norm.ts'
import { batchNormGradient } from './batch-norm-gradient.ts'
import { biasAdd } from './bias-add.ts'
import { biasAddGradient } from './bias-add-gradient.ts'
import { broadcastTo } from './broadcast-to.ts'
import { cast } from './cast.ts'
import { circularPad } from './circular-pad.ts'
import { circularPadGradient } from './circular-pad-gradient.ts'
import { concat } from './concat.ts'
import { constant } from './constant.ts'
import { conv2d } from './conv2d.ts'
import { conv2dFilterGradient } from './conv2d-filter-gradient.ts'
import { conv2dInputGradient } from './conv2d-input-gradient.ts'
import { depthwiseConv2d } from './depthwise-conv2d.ts'
import { depthwiseConv2dFilterGradient } from './depthwise-conv2d-filter-gradient.ts'
import { depthwiseConv2dInputGradient } from './depthwise-conv2d-input-gradient.ts'
import { divide } from './divide.ts'
import { equal } from './equal.ts'
import { erf } from './erf.ts'
import { exp } from './exp.ts'
import { gelu } from './gelu.ts'
import { greater } from './greater.ts'
import { greaterEqual } from './greater-equal.ts'
import { hardTanh } from './hard-tanh.ts'
import { hardTanhGradient } from './hard-tanh-gradient.ts'
import { leakyRelu } from './leaky-relu.ts'
import { leakyReluGradient } from './leaky-relu-gradient.ts'
import { less } from './less.ts'
import { lessEqual } from './less-equal.ts'
import { log } from './log.ts'
import { logSoftmax } from './log-softmax.ts'
import { matmul } from './matmul.ts'
import { maxPool } from './max-pool.ts'
import { maxPoolGradient } from './max-pool-gradient.ts'
import { maxPoolPick } from './max-pool-pick.ts'
import { maximum } from './maximum.ts'
import { mean } from './mean.ts'
import { minimum } from './minimum.ts'
import { multiply } from './multiply.ts'
import { negate } from './negate.ts'
import { oneHot } from './one-hot.ts'
import { pad } from './pad.ts'
import { placeholder } from './placeholder.ts'
import { relu } from './relu.ts'
import { reluGradient } from './relu-gradient.ts'
import { reshape } from './reshape.ts'
import { select } from './select.ts'
import { selu } from './selu.ts'
import { seluGradient } from './selu-gradient.ts'
import { sigmoid } from './sigmoid.ts'
import { sigmoidGradient } from './sigmoid-gradient.ts'
import { sign } from './sign.ts'
import { slice } from './slice.ts'
import { softmax } from './softmax.ts'
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts'
import { sqrt } from './sqrt.ts'
import { square } from './square.ts'
import { stack } from './stack.ts'
import { standardise } from './standardise.ts'
import { stopGradient } from './stop-gradient.ts'
import { subtract } from './subtract.ts'
import { sum } from './sum.ts'
import { swish } from './swish.ts'
import { tanh } from './tanh.ts'
import { tanhGradient } from './tanh-gradient.ts'
import { transpose } from './transpose.ts'
import { unstack } from './unstack.ts'
import { variable } from './variable.ts'

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
