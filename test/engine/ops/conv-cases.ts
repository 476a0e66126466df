/**
 * Small graphs over the image ops: every attribute that changes a formula, for differences and for other
 * backends.
 */
import { convolved } from '../../../src/engine/compiler/layers/conv.ts'
import type { Builder } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import type { Attributes, Value } from '../../../src/engine/ops/ir.ts'
import { filled, one } from '../../../src/engine/ops/support/make.ts'
import { lowered } from './conv-lowerings.ts'

export interface GraphCase {
  readonly name: string
  readonly inputs: readonly (readonly number[])[]
  /** Returns the outputs that are differentiated. */
  build(builder: Builder, inputs: readonly Value[]): readonly Value[]
}

const op = (
  name: string,
  inputs: readonly (readonly number[])[],
  attributes: Attributes,
  outputs = 1,
): GraphCase => ({
  name: `${name} ${JSON.stringify(attributes)}`,
  inputs,
  build: (builder, values) => builder.add(name, values, attributes).slice(0, outputs),
})

const conv = (image: readonly number[], kernel: readonly number[], attributes: Attributes): GraphCase =>
  op('conv2d', [image, kernel], attributes)

const depthwise = (image: readonly number[], kernel: readonly number[], attributes: Attributes): GraphCase =>
  op('depthwise-conv2d', [image, kernel], attributes)

const circular = (
  name: 'conv2d' | 'depthwise-conv2d',
  image: readonly number[],
  kernel: readonly number[],
  stride: number,
): GraphCase => ({
  name: `circular ${name}, stride ${stride}, kernel [${kernel}]`,
  inputs: [image, kernel],
  build: (builder, [x, w]) => [convolved(builder, name, x, w, { stride, padding: 'circular' })],
})

/** max-pool-pick on its own: the direction is an input beside the image. */
const pick = (attributes: Attributes): GraphCase => ({
  name: `max-pool-pick ${JSON.stringify(attributes)}`,
  inputs: [
    [2, 5, 6, 3],
    [2, 5, 6, 3],
  ],
  build: (builder, [x, direction]) => [
    one(builder, 'max-pool-pick', [x, one(builder, 'max-pool', [x], attributes), direction], attributes),
  ],
})

export const CONV_CASES: readonly GraphCase[] = [
  conv([2, 5, 6, 3], [3, 3, 3, 4], { stride: 1, padding: 1 }),
  conv([2, 6, 6, 5], [3, 3, 5, 2], { stride: 2, padding: 1 }),
  conv([1, 7, 6, 2], [3, 2, 2, 3], { stride: 2, padding: 'same' }),
  conv([2, 6, 5, 6], [3, 3, 3, 4], { stride: 1, padding: 'same', groups: 2 }),
  conv([2, 6, 6, 6], [3, 3, 2, 6], { stride: 2, padding: 1, groups: 3 }),
  conv([2, 6, 7, 3], [1, 1, 3, 4], { stride: 2, padding: 'valid' }),
  conv([1, 4, 4, 3], [1, 1, 3, 2], { stride: 1, padding: 1 }),
  circular('conv2d', [2, 4, 5, 3], [3, 3, 3, 4], 1),
  circular('conv2d', [1, 5, 4, 2], [5, 5, 2, 3], 1),
  circular('conv2d', [1, 1, 1, 2], [3, 3, 2, 3], 1),
  circular('conv2d', [2, 6, 6, 2], [3, 3, 2, 3], 2),
  circular('depthwise-conv2d', [1, 4, 5, 3], [3, 3, 3, 1], 1),
  depthwise([2, 5, 6, 3], [3, 3, 3, 1], { stride: 1, padding: 1 }),
  depthwise([2, 6, 6, 3], [3, 3, 3, 1], { stride: 2, padding: 1 }),
  depthwise([1, 7, 6, 2], [5, 5, 2, 1], { stride: 2, padding: 'same' }),
  op('circular-pad', [[2, 3, 4, 2]], { rows: 2, columns: 1 }),
  op('circular-pad-gradient', [[2, 7, 6, 2]], { rows: 2, columns: 1 }),
  op('max-pool', [[2, 7, 6, 3]], { size: 3, stride: 2, padding: 1 }),
  op('max-pool', [[2, 6, 5, 3]], { size: 3, stride: 1, padding: 'same' }),
  op('max-pool', [[2, 5, 5, 3]], { size: 2, stride: 2, padding: 'valid' }),
  pick({ size: 3, stride: 2, padding: 1 }),
  pick({ size: 2, stride: 2, padding: 'valid' }),
  op('average-pool', [[2, 7, 6, 3]], { size: 3, stride: 2, padding: 1 }),
  op('average-pool', [[2, 6, 5, 3]], { size: 3, stride: 1, padding: 1 }),
  op('average-pool', [[2, 6, 5, 3]], { size: 3, stride: 1, padding: 'same' }),
  op('average-pool', [[2, 5, 5, 3]], { size: 1, stride: 2, padding: 'valid' }),
  op('batch-norm', [[3, 3, 2, 4], [4], [4]], { epsilon: 1e-3 }, 3),
  op('batch-norm', [[6, 4], [4], [4]], { epsilon: 1e-3 }),
  op('standardise', [[3, 4, 5]], { axes: [2], epsilon: 1e-3 }, 2),
  op('standardise', [[3, 4, 5]], { axes: [0, 1], epsilon: 1e-3 }, 2),
  {
    name: 'layer norm',
    inputs: [[2, 3, 6], [6], [6]],
    build: (builder, [x, scale, shift]) => [
      lowered({ kind: 'layer-norm', epsilon: 1e-5 }, builder, [x], { scale, shift }).output,
    ],
  },
  {
    name: 'attention',
    inputs: [[2, 3, 4], [4, 12], [12], [4, 4], [4]],
    build: (builder, [x, kernel, bias, projection, shift]) => [
      lowered({ kind: 'attention', heads: 2 }, builder, [x], {
        'qkv.kernel': kernel,
        'qkv.bias': bias,
        'projection.kernel': projection,
        'projection.bias': shift,
      }).output,
    ],
  },
  {
    name: 'squeeze-excite scaling',
    inputs: [
      [2, 3, 4, 3],
      [2, 3],
    ],
    build: (builder, values) => [lowered({ kind: 'scale-channels' }, builder, values, {}).output],
  },
  {
    name: 'pad shortcut',
    inputs: [[2, 5, 4, 3]],
    build: (builder, values) => [
      lowered({ kind: 'pad-shortcut', stride: 2, channels: 8 }, builder, values, {}).output,
    ],
  },
]

/**
 * A case with its derivatives. Feeds: inputs `x0`, …, cotangents `c0`, …, and directions `u0`, … of the
 * gradients.
 */
export interface CaseProgram {
  readonly outputs: readonly Value[]
  /** ∇ Σ c·output in each input. */
  readonly first: readonly Value[]
  /** ∇ Σ u·first in each input, then in each cotangent; null where it is 0. */
  readonly second: readonly (Value | null)[]
}

/** Writes outputs, gradients and gradients of gradients of a case into a builder. */
export function differentiate(builder: Builder, given: GraphCase): CaseProgram {
  const feeds = (prefix: string, shapes: readonly (readonly number[])[]): Value[] =>
    shapes.map((shape, i) => builder.feed(`${prefix}${i}`, shape))
  const inputs = feeds('x', given.inputs)
  const outputs = given.build(builder, inputs)
  const cotangents = feeds(
    'c',
    outputs.map((output) => output.type.shape),
  )
  const first = gradients(builder, outputs, cotangents, inputs).map(
    (gradient, i) => gradient ?? filled(builder, given.inputs[i], 0),
  )
  const second = gradients(builder, first, feeds('u', given.inputs), [...inputs, ...cotangents])
  return { outputs, first, second }
}
