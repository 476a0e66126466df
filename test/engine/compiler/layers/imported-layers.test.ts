/** Layers of other programs' networks: derivatives against differences, values against plain loops. */
import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import { refusals } from '../../../../src/engine/backend/sparse/model/model.ts'
import type { Backend } from '../../../../src/engine/program/backend.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { sizeOf } from '../../../../src/shared/graph/shapes.ts'
import type { LayerGraph } from '../../../../src/shared/graph/types.ts'
import { randomState, relativeError, trainingOf } from '../../backend/sparse/graphs.ts'
import { compiled, LAYER_CASES } from './layer-cases.ts'

const STEP = 1e-5

test.each(Object.keys(LAYER_CASES))('derivatives of %s equal central differences', async (name) => {
  const { point, run, names } = await compiled(name, referenceBackend, 'float64')
  const base = run(point)
  const c = point.get('c') ?? new Float64Array()
  for (const key of names) {
    const gradient = base[`d:${key}`]
    const values = point.get(key) ?? new Float64Array()
    for (let i = 0; i < values.length; i++) {
      const at = (shift: number): number => {
        const moved = Float64Array.from(values)
        moved[i] += shift
        const { logits } = run(new Map([...point, [key, moved]]))
        return c.reduce((sum, weight, k) => sum + weight * logits[k], 0)
      }
      const difference = (at(STEP) - at(-STEP)) / (2 * STEP)
      expect(Math.abs(gradient[i] - difference) / Math.max(1, Math.abs(difference)), key).toBeLessThan(1e-6)
    }
  }
})

async function logitsOf(name: string): Promise<{ x: Float64Array; logits: ArrayLike<number> }> {
  const { point, run } = await compiled(name, referenceBackend, 'float64')
  return { x: point.get('x') ?? new Float64Array(), logits: run(point).logits }
}

describe('values', () => {
  const relu6 = (x: number): number => Math.min(Math.max(x, 0), 6)
  test.each([
    ['relu6', relu6],
    ['hard-sigmoid', (x: number) => relu6(x + 3) / 6],
    ['hard-swish', (x: number) => (x * relu6(x + 3)) / 6],
    ['leaky-relu with a slope', (x: number) => (x > 0 ? x : 0.2 * x)],
    ['gelu-tanh', (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
  ])('%s', async (name, f) => {
    const { x, logits } = await logitsOf(name)
    x.forEach((value, i) => expect(logits[i]).toBeCloseTo(f(value), 12))
  })

  test('a dilated convolution reads every second place', async () => {
    const { point, run } = await compiled('conv, dilated', referenceBackend, 'float64')
    const [x, w, b] = ['x', 'l1.kernel', 'l1.bias'].map((key) => point.get(key) ?? new Float64Array())
    const { logits } = run(point)
    // 6 × 5 with one zero around, a 3 × 2 kernel that reaches over 5 × 3: 4 × 5 places.
    let at = 0
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 5; column++) {
        for (let filter = 0; filter < 4; filter++, at++) {
          let sum = b[filter]
          for (let i = 0; i < 3; i++) {
            for (let j = 0; j < 2; j++) {
              const [y, z] = [row + 2 * i - 1, column + 2 * j - 1]
              if (y < 0 || y >= 6 || z < 0 || z >= 5) continue
              for (let k = 0; k < 2; k++)
                sum += x[(y * 5 + z) * 2 + k] * w[((i * 2 + j) * 2 + k) * 4 + filter]
            }
          }
          expect(logits[at]).toBeCloseTo(sum, 10)
        }
      }
    }
  })

  test('an average that leaves the padding out is the mean of what is inside', async () => {
    const { x, logits } = await logitsOf('average pool, padding left out')
    let at = 0
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) {
        for (let channel = 0; channel < 2; channel++, at++) {
          const inside: number[] = []
          for (let y = 2 * row - 1; y < 2 * row + 2; y++) {
            for (let z = 2 * column - 1; z < 2 * column + 2; z++) {
              if (y >= 0 && y < 6 && z >= 0 && z < 5) inside.push(x[(y * 5 + z) * 2 + channel])
            }
          }
          expect(logits[at]).toBeCloseTo(inside.reduce((sum, value) => sum + value, 0) / inside.length, 12)
        }
      }
    }
  })

  test('permute moves entries, slice takes a part', async () => {
    const { x, logits } = await logitsOf('permute')
    // [6, 5, 2] → [2, 6, 5].
    for (let k = 0; k < 60; k++) expect(logits[k]).toBe(x[(k % 30) * 2 + Math.floor(k / 30)])
    const cut = await logitsOf('slice')
    expect(cut.logits[0]).toBe(cut.x[2])
    expect(cut.logits[6]).toBe(cut.x[12])
  })
})

/** A case with a dense layer behind it, so that what comes out is a vector of classes. */
function classified(name: string): LayerGraph {
  const graph = LAYER_CASES[name]
  const dense = { kind: 'dense', units: 4, bias: true, maskable: true, name: 'last' } as const
  return {
    ...graph,
    nodes: [...graph.nodes, { ...dense, inputs: [graph.output] }],
    output: 'last',
    classes: 4,
  }
}

test('the sparse backend refuses what it has no kernels for, in words', () => {
  const told = (name: string): string => refusals(classified(name)).join('; ')
  const slope = 'l1 has a slope of 0.2, the sparse kernel of leaky-relu 0.01'
  const refused = Object.keys(LAYER_CASES).filter((name) => told(name) !== '')
  expect(refused.map((name) => [name, told(name)])).toEqual([
    ['conv, dilated', 'l1 is a dilated convolution'],
    ['conv, dilated in groups', 'l1 is a dilated convolution'],
    ['depthwise, dilated', 'l1 is a dilated convolution'],
    ['leaky-relu with a slope', slope],
  ])
  expect(refusals(LAYER_CASES['permute'])).toEqual(['the logits are a flattened image'])
})

const onSparse = Object.keys(LAYER_CASES).filter((name) => refusals(classified(name)).length === 0)

test.each(onSparse)('%s on the sparse backend equals the reference', async (name) => {
  const graph = classified(name)
  const { program } = trainingOf(graph, { batchSize: 3, denseGradients: false })
  const stream = Stream.root(41)
  const state = randomState(program, stream, 0.7)
  const size = sizeOf(graph.nodes.flatMap((node) => (node.kind === 'input' ? node.shape : [])))
  const x = Float32Array.from({ length: 3 * size }, () => 4 * stream.uniform() - 2)
  const logits = async (backend: Backend): Promise<ArrayLike<number>> => {
    const executable = await backend.compile(program)
    executable.writeAll(state)
    const result = executable.run('logits', { x })['logits']
    executable.dispose()
    return result
  }
  expect(relativeError(await logits(referenceBackend), await logits(sparseBackend))).toBeLessThan(1e-5)
})
