/**
 * One table of small cases for every op: what finite differences check, and what other backends are held
 * against. An op that is missing here does not compile, and fails the test.
 */
import type { Builder } from '../../../src/engine/program/builder.ts'
import type { OpName } from '../../../src/engine/ops/index.ts'
import type { Attributes, Value } from '../../../src/engine/ops/ir.ts'
import { one, scalar } from '../../../src/engine/ops/support/make.ts'

/**
 * `signed` keeps away from 0 and ±1, where activations have kinks; `rows` are positive and sum to 1 along the
 * last axis.
 */
export type InputKind = 'signed' | 'positive' | 'rows' | 'labels'

export interface OpCase {
  readonly label?: string
  readonly inputs: readonly (readonly [shape: readonly number[], kind?: InputKind])[]
  readonly attributes?: Attributes
  /** Builds the graph where the op alone would not do; the op has to occur in it, or in its gradients. */
  readonly build?: (builder: Builder, inputs: readonly Value[]) => readonly Value[]
  /** The gradient is 0 by definition, whatever differences say. */
  readonly blocked?: boolean
}

const M = [3, 4] as const
const IMAGE = [2, 5, 4, 2] as const
const one1 = (shape: readonly number[], kind?: InputKind): OpCase => ({ inputs: [[shape, kind]] })
const elementwise: OpCase[] = [one1(M)]
const pair: OpCase[] = [{ inputs: [[M], [M]] }]
const broadcast: OpCase[] = [
  ...pair,
  { label: 'row', inputs: [[M], [[4]]] },
  { label: 'column', inputs: [[[3, 1]], [M]] },
  { label: 'scalars', inputs: [[M], [[]]] },
  { label: 'outer', inputs: [[[2, 1, 3]], [[4, 1]]] },
]
const compared = (op: string): OpCase[] => [
  {
    inputs: [[M], [[4]]],
    build: (builder, inputs) => [one(builder, 'cast', [one(builder, op, inputs)], { dtype: 'float' })],
  },
]
const products: OpCase[] = [
  { label: 'plain', inputs: [[[3, 4]], [[4, 2]]] },
  { label: 'Aᵀ', inputs: [[[4, 3]], [[4, 2]]], attributes: { transposeA: true } },
  { label: 'Bᵀ', inputs: [[[3, 4]], [[2, 4]]], attributes: { transposeB: true } },
  { label: 'AᵀBᵀ', inputs: [[[4, 5]], [[3, 4]]], attributes: { transposeA: true, transposeB: true } },
]
const slope = { slope: 0.01 }
const normed: OpCase[] = [
  {
    inputs: [[[3, 2, 2, 2]], [[2], 'positive'], [[2]]],
    build: (b, inputs) => b.add('batch-norm', inputs, { epsilon: 1e-3 }).slice(0, 3),
  },
  {
    label: 'matrix',
    inputs: [[[5, 3]], [[3], 'positive'], [[3]]],
    build: (b, inputs) => b.add('batch-norm', inputs, { epsilon: 1e-3 }).slice(0, 1),
  },
]
const pooled = (op: string): OpCase[] => [
  {
    label: '2',
    inputs: [[IMAGE]],
    build: (b, inputs) => b.add(op, inputs, { size: 2, stride: 2, padding: 'valid' }),
  },
  {
    label: '3, padded',
    inputs: [[IMAGE]],
    build: (b, inputs) => b.add(op, inputs, { size: 3, stride: 2, padding: 1 }),
  },
  {
    label: '3, same',
    inputs: [[IMAGE]],
    build: (b, inputs) => b.add(op, inputs, { size: 3, stride: 2, padding: 'same' }),
  },
]
const convolution = (label: string, kernel: readonly number[], attributes: Attributes): OpCase => ({
  label,
  inputs: [[IMAGE], [kernel]],
  build: (b, inputs) => b.add('conv2d', inputs, attributes),
})
const convolutions: OpCase[] = [
  convolution('same', [3, 3, 2, 3], { stride: 1, padding: 'same' }),
  convolution('stride 2, padded', [3, 3, 2, 2], { stride: 2, padding: 1 }),
  convolution('groups', [3, 2, 1, 4], { stride: 1, padding: 'valid', groups: 2 }),
]
const depthwise: OpCase[] = [
  {
    label: 'same',
    inputs: [[IMAGE], [[3, 3, 2, 1]]],
    build: (b, inputs) => b.add('depthwise-conv2d', inputs, { stride: 1, padding: 'same' }),
  },
  {
    label: 'stride 2, padded',
    inputs: [[IMAGE], [[3, 3, 2, 1]]],
    build: (b, inputs) => b.add('depthwise-conv2d', inputs, { stride: 2, padding: 1 }),
  },
]
const wrapped: OpCase[] = [{ inputs: [[IMAGE]], attributes: { rows: 1, columns: 2 } }]

export const OP_CASES: Readonly<Record<OpName, readonly OpCase[]>> = {
  abs: elementwise,
  add: broadcast,
  'arg-max': [
    {
      inputs: [[M]],
      build: (b, inputs) => [one(b, 'cast', [one(b, 'arg-max', inputs)], { dtype: 'float' })],
    },
  ],
  'average-pool': pooled('average-pool'),
  'average-pool-gradient': pooled('average-pool'),
  'batch-matmul': products.map(({ inputs: [[a], [b]], ...rest }) => ({
    ...rest,
    inputs: [[[2, ...a]], [[2, ...b]]],
  })),
  'batch-norm': normed,
  'batch-norm-gradient': normed,
  'bias-add': [{ inputs: [[M], [[4]]] }, { label: 'image', inputs: [[IMAGE], [[2]]] }],
  'bias-add-gradient': [one1(M), one1(IMAGE)],
  'broadcast-to': [{ inputs: [[[3, 1]]], attributes: { shape: [2, 3, 4] } }],
  cast: compared('less'),
  'circular-pad': wrapped,
  'circular-pad-gradient': [{ inputs: [[IMAGE]], attributes: { rows: 1, columns: 1 } }],
  concat: [
    { inputs: [[[3, 2]], [[3, 1]], [[3, 4]]], attributes: { axis: -1 } },
    { inputs: [[[1, 2]], [[2, 2]]], attributes: { axis: 0 } },
  ],
  constant: [
    {
      inputs: [[[2, 2]]],
      build: (b, [x]) => [
        one(b, 'multiply', [
          x,
          one(b, 'constant', [], { dtype: 'float', shape: [2, 2], values: [1, 2, 3, 4] }),
        ]),
        one(b, 'multiply', [x, one(b, 'constant', [], { dtype: 'float', shape: [2, 2], values: [5] })]),
      ],
    },
  ],
  conv2d: convolutions,
  'conv2d-filter-gradient': convolutions,
  'conv2d-input-gradient': convolutions,
  'depthwise-conv2d': depthwise,
  'depthwise-conv2d-filter-gradient': depthwise,
  'depthwise-conv2d-input-gradient': depthwise,
  divide: broadcast,
  equal: [
    {
      inputs: [
        [[4], 'labels'],
        [[4], 'labels'],
      ],
      build: (b, inputs) => [one(b, 'cast', [one(b, 'equal', inputs)], { dtype: 'float' })],
    },
  ],
  erf: elementwise,
  exp: elementwise,
  gelu: elementwise,
  greater: compared('greater'),
  'greater-equal': compared('greater-equal'),
  'hard-tanh': elementwise,
  'hard-tanh-gradient': pair,
  'leaky-relu': [{ inputs: [[M]], attributes: slope }],
  'leaky-relu-gradient': [{ inputs: [[M], [M]], attributes: slope }],
  less: compared('less'),
  'less-equal': compared('less-equal'),
  log: [one1(M, 'positive')],
  'log-softmax': elementwise,
  matmul: products,
  'max-pool': pooled('max-pool'),
  'max-pool-gradient': pooled('max-pool'),
  'max-pool-pick': pooled('max-pool'),
  maximum: broadcast,
  mean: [
    { inputs: [[[2, 3, 4]]], attributes: { axes: [0, 2], keepDims: false } },
    { inputs: [[[2, 3, 4]]], attributes: { axes: [-2], keepDims: true } },
  ],
  minimum: broadcast,
  multiply: broadcast,
  negate: elementwise,
  'one-hot': [{ inputs: [[[4], 'labels']], attributes: { depth: 5, on: 0.9, off: 0.02 } }],
  pad: [
    { inputs: [[M]], attributes: { paddings: [1, 0, 2, 3], value: 0 } },
    { inputs: [[M]], attributes: { paddings: [1, 1, 0, 0], value: -2 } },
  ],
  placeholder: elementwise.map((given) => ({ ...given, build: (b, [x]) => [one(b, 'square', [x])] })),
  relu: elementwise,
  'relu-gradient': pair,
  reshape: [{ inputs: [[M]], attributes: { shape: [2, 6] } }],
  select: [
    {
      inputs: [[M], [M], [[4]]],
      build: (b, [x, y, z]) => [one(b, 'select', [one(b, 'greater', [x, scalar(b, 0)]), y, z])],
    },
    {
      label: 'row of conditions',
      inputs: [[[4]], [M], [[]]],
      build: (b, [x, y, z]) => [one(b, 'select', [one(b, 'greater', [x, scalar(b, 0)]), y, z])],
    },
  ],
  selu: elementwise,
  'selu-gradient': pair,
  sigmoid: elementwise,
  'sigmoid-cross-entropy': [{ inputs: [[M], [M, 'rows']] }],
  'sigmoid-gradient': pair,
  sign: elementwise,
  slice: [{ inputs: [[[3, 4, 5]]], attributes: { begin: [1, 0, 2], size: [2, 4, 2] } }],
  softmax: elementwise,
  'softmax-cross-entropy': [{ inputs: [[M], [M, 'rows']] }],
  sqrt: [one1(M, 'positive')],
  square: elementwise,
  stack: [{ inputs: [[M], [M], [M]] }],
  standardise: [
    { inputs: [[[4, 3]]], attributes: { axes: [0], epsilon: 1e-3 } },
    { inputs: [[[2, 3, 4]]], attributes: { axes: [2], epsilon: 1e-3 } },
  ],
  'stop-gradient': [{ ...one1(M), blocked: true }],
  subtract: broadcast,
  sum: [
    { inputs: [[[2, 3, 4]]], attributes: { axes: [1], keepDims: false } },
    { inputs: [[[2, 3, 4]]], attributes: { axes: [0, 1, 2], keepDims: true } },
    { inputs: [[[2, 3, 4]]], attributes: { axes: [0, 1], keepDims: false } },
  ],
  swish: elementwise,
  tanh: elementwise,
  'tanh-gradient': pair,
  transpose: [{ inputs: [[[2, 3, 4]]], attributes: { permutation: [2, 0, 1] } }],
  unstack: [one1([3, 2, 2])],
  variable: [{ inputs: [[M]], build: (b, [x]) => [one(b, 'multiply', [x, b.read('weights', [3, 4])])] }],
}
