/** GPTs of PyTorch's two exporters against PyTorch's logits, and the masks and tables that are refused. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import { importOnnx } from '../../../../src/engine/interchange/onnx/import.ts'
import { predictLogits } from '../../../../src/engine/train/predict.ts'
import { countParameters, parametersOf } from '../../../../src/shared/graph/parameters.ts'
import { model, type NodeText, type TensorText } from './files.ts'
import { bytesOf } from './networks.ts'

interface TokenNetwork {
  readonly file: string
  readonly tied: boolean
  readonly parameters: number
  /** Of three examples. */
  readonly tokens: readonly number[]
  readonly logits: readonly number[]
}

const FILE = join(import.meta.dirname, '../../../fixtures/onnx/gpt.json')
const { networks } = JSON.parse(readFileSync(FILE, 'utf8')) as { networks: readonly TokenNetwork[] }
/** Positions of the file's table that a sequence of 6 does not reach, of 8 features. */
const POSITIONS_LEFT = (8 - 6) * 8

describe.each(networks)('$file', ({ file, tied, parameters, tokens, logits }) => {
  const { graph, parameters: values, notes } = importOnnx(bytesOf(file))

  test.each([referenceBackend, sparseBackend])('has PyTorch’s logits, %#', async (backend) => {
    const state = { parameters: values, masks: new Map<string, Uint8Array>() }
    const given = await predictLogits({ graph, state, backend, x: Float32Array.from(tokens) })
    const worst = Math.max(...logits.map((logit, k) => Math.abs(logit - given[k])))
    expect(given).toHaveLength(logits.length)
    expect(worst).toBeLessThan(1e-5)
  })

  test('is tokens, positions, causal attention and a head, with PyTorch’s number of parameters', () => {
    const kinds = graph.nodes.map(({ kind }) => kind)
    expect(kinds.slice(0, 3)).toEqual(['input', 'token-embedding', 'position-embedding'])
    expect(graph.nodes.filter((node) => 'causal' in node && node.causal)).toHaveLength(1)
    const head = graph.nodes.at(-1)
    expect(head?.kind === 'dense' && head.tied !== undefined).toBe(tied)
    expect(graph.classes).toBe(11)
    expect(countParameters(parametersOf(graph)).parameters).toBe(parameters - POSITIONS_LEFT)
    expect(notes).toEqual([])
  })
})

const TIME = 3
const square = (entry: (query: number, key: number) => number): TensorText => ({
  dims: [TIME, TIME],
  values: Array.from({ length: TIME * TIME }, (_, k) => entry(Math.floor(k / TIME), k % TIME)),
})

/** One head of attention on embedded tokens, its scores changed by the nodes between. */
function attending(
  between: readonly NodeText[],
  tensors: Readonly<Record<string, TensorText>>,
  start: readonly NodeText[] = [{ op: 'Gather', inputs: ['table', 'x'], output: 'e' }],
): Uint8Array {
  const nodes: NodeText[] = [
    ...start,
    { op: 'Transpose', inputs: ['e'], output: 'k', attributes: { perm: [0, 2, 1] } },
    { op: 'MatMul', inputs: ['e', 'k'], output: 'scores' },
    ...between,
    { op: 'Softmax', inputs: ['seen'], output: 'weights', attributes: { axis: -1 } },
    { op: 'MatMul', inputs: ['weights', 'e'], output: 'mixed' },
    { op: 'MatMul', inputs: ['mixed', 'w'], output: 'y' },
  ]
  const own = { table: { dims: [5, 4] }, w: { dims: [4, 5] } }
  return model([0, TIME], nodes, { ...own, ...tensors })
}

const causalOf = (bytes: Uint8Array): boolean =>
  importOnnx(bytes).graph.nodes.some((node) => node.kind === 'dot-product-attention' && node.causal === true)

const ADD: NodeText = { op: 'Add', inputs: ['scores', 'mask'], output: 'seen' }
const CHOOSE: NodeText = { op: 'Where', inputs: ['mask', 'scores', 'low'], output: 'seen' }
const LOW: TensorText = { dims: [], values: [-1e9] }

describe('masks of attention', () => {
  test('those that hide what comes later are causal attention', () => {
    expect(causalOf(attending([ADD], { mask: square((q, k) => (k > q ? -1e4 : 0)) }))).toBe(true)
    expect(causalOf(attending([ADD], { mask: square((q, k) => (k > q ? -Infinity : 0)) }))).toBe(true)
    const kept = { mask: square((q, k) => (k > q ? 0 : 1)), low: LOW }
    expect(causalOf(attending([CHOOSE], kept))).toBe(true)
    const hidden: NodeText = { op: 'Where', inputs: ['mask', 'low', 'scores'], output: 'seen' }
    expect(causalOf(attending([hidden], { mask: square((q, k) => (k > q ? 1 : 0)), low: LOW }))).toBe(true)
  })

  test('none where nothing is hidden', () => {
    expect(causalOf(attending([ADD], { mask: square(() => 0) }))).toBe(false)
  })

  test.each([
    ['what comes before', [ADD], { mask: square((q, k) => (k < q ? -1e9 : 0)) }],
    ['the token itself too', [ADD], { mask: square((q, k) => (k >= q ? -1e9 : 0)) }],
    ['a window', [ADD], { mask: square((q, k) => (k > q || k < q - 1 ? -1e9 : 0)) }],
    ['too little', [ADD], { mask: square((q, k) => (k > q ? -3 : 0)) }],
    ['with a bias of positions', [ADD], { mask: square((q, k) => (k > q ? -1e9 : k - q)) }],
    ['by a choice that keeps the future', [CHOOSE], { mask: square((q, k) => (k < q ? 0 : 1)), low: LOW }],
    [
      'by a choice that hides little',
      [CHOOSE],
      { mask: square((q, k) => (k > q ? 0 : 1)), low: { dims: [], values: [0] } },
    ],
  ])('are refused where they hide %s', (_, between, tensors) => {
    expect(() => importOnnx(attending(between, tensors))).toThrow(
      /“n3” \((Add|Where)\): it masks or biases .* What works: a mask .* hides from each token those after/,
    )
  })
})

describe('tokens', () => {
  const causal = { mask: square((q, k) => (k > q ? -1e9 : 0)) }

  test('may be given as numbers of single precision, made whole for the table', () => {
    const start: NodeText[] = [
      { op: 'Cast', inputs: ['x'], output: 'whole', attributes: { to: 7 } },
      { op: 'Gather', inputs: ['table', 'whole'], output: 'e' },
    ]
    expect(causalOf(attending([ADD], causal, start))).toBe(true)
  })

  test.each([
    [
      [{ op: 'Gather', inputs: ['table', 'x'], output: 'e', attributes: { axis: 1 } }],
      /looks up along axis 1/,
    ],
    [
      [
        { op: 'Relu', inputs: ['x'], output: 'r' },
        { op: 'Gather', inputs: ['table', 'r'], output: 'e' },
      ],
      /\(Gather\)/,
    ],
    [
      [
        { op: 'Cast', inputs: ['x'], output: 'whole', attributes: { to: 7 } },
        { op: 'Cast', inputs: ['whole'], output: 'f', attributes: { to: 1 } },
        { op: 'MatMul', inputs: ['f', 'square'], output: 'r' },
        { op: 'Reshape', inputs: ['r', 'apart'], output: 'e' },
      ],
      /rounds the output of a layer to whole numbers/,
    ],
  ] as [NodeText[], RegExp][])('are refused with a word, %#', (start, why) => {
    const tensors = { square: { dims: [3, 12] }, apart: { dims: [3], values: [0, 3, 4], whole: true } }
    expect(() => importOnnx(attending([ADD], { ...causal, ...tensors }, start))).toThrow(why)
  })
})
