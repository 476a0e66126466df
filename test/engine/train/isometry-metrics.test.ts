/** Isometry in training: each layer's singular values against explicit operators, and χ̂. */
import { describe, expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import { singularValues } from '../../../src/engine/linalg/singular-values.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { kernelDepth, layerIsometries } from '../../../src/engine/train/isometry-metrics.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder } from '../../fakes/recorder.ts'

/** A circular 3 × 3 convolution of stride 1 or 2, or grouped; then a dense layer. */
function graphOf(stride: number, groups: number): LayerGraph {
  const conv = { filters: 4, kernel: [3, 3], padding: 'circular', bias: false, maskable: true } as const
  return {
    name: 'small',
    classes: 3,
    output: 'dense',
    nodes: [
      { kind: 'input', shape: [4, 4, 2], name: 'input', inputs: [] },
      { kind: 'conv', ...conv, stride, groups, name: 'conv', inputs: ['input'] },
      { kind: 'flatten', name: 'flat', inputs: ['conv'] },
      { kind: 'dense', units: 3, bias: false, maskable: true, name: 'dense', inputs: ['flat'] },
    ],
  }
}

/** The matrix of the convolution, entry by entry: [places·out, 16·in]. */
function matrixOf(
  kernel: Float64Array,
  stride: number,
  groups: number,
): { rows: number; values: Float64Array } {
  const side = 4 / stride
  const [inputs, outputs, each] = [2, 4, 2 / groups]
  const values = new Float64Array(side * side * outputs * 16 * inputs)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let out = 0; out < outputs; out++)
        for (let a = 0; a < 3; a++)
          for (let b = 0; b < 3; b++)
            for (let c = 0; c < each; c++) {
              const from = Math.floor(out / (outputs / groups)) * each + c
              const [row, column] = [(y * stride + a + 3) % 4, (x * stride + b + 3) % 4]
              const at = ((y * side + x) * outputs + out) * 16 * inputs + (row * 4 + column) * inputs + from
              values[at] += kernel[((a * 3 + b) * each + c) * outputs + out]
            }
  return { rows: side * side * outputs, values }
}

describe.each([
  [1, 1],
  [2, 1],
  [1, 2],
])('stride %i, %i groups', (stride, groups) => {
  it('extremes and mean squared deviation are those of the explicit operator, masks applied', () => {
    const graph = graphOf(stride, groups)
    const stream = Stream.root(stride + 10 * groups)
    const parameters = new Map(
      parametersOf(graph).map(({ name, shape }) => [
        name,
        new Float64Array(sizeOf(shape)).map(() => 0.4 * stream.normal()),
      ]),
    )
    const masks = new Map([...parameters].map(([name, { length }]) => [name, new Uint8Array(length).fill(1)]))
    masks.get('conv.kernel')?.fill(0, 0, 5)
    const found = new Map(
      [...layerIsometries(graph, { parameters, masks })].map(([{ layer }, isometry]) => [layer, isometry]),
    )
    const kernel = (parameters.get('conv.kernel') ?? new Float64Array()).map((w, k) => (k < 5 ? 0 : w))
    const { rows, values } = matrixOf(kernel, stride, groups)
    const expected = singularValues(values, rows, 32)
    const conv = found.get('conv')
    expect(conv?.max).toBeCloseTo(expected[0], 9)
    expect(conv?.min).toBeCloseTo(expected[expected.length - 1], 9)
    expect(conv?.deviation).toBeCloseTo(
      expected.reduce((sum, s) => sum + (s - 1) ** 2, 0) / expected.length,
      9,
    )
    const inputs = sizeOf(parametersOf(graph)[1].shape) / 3
    const dense = singularValues(parameters.get('dense.kernel') ?? new Float64Array(), inputs, 3)
    expect(found.get('dense')?.deviation).toBeCloseTo(dense.reduce((sum, s) => sum + (s - 1) ** 2, 0) / 3, 9)
    expect(kernelDepth(graph)).toBe(2)
  })
})

const base = {
  model: { depth: 3, width: 12, activation: 'linear' },
  sparsity: { density: 0.3, distribution: 'uniform' },
  initialization: { scheme: 'eoi', gain: 1 },
  training: { epochs: 2, batchSize: 20, learningRate: 0.05, isometry: true },
} satisfies RunSpecInput

describe.each(['reference', 'sparse'])('a run on %s', (name) => {
  it('begins as an isometry, leaves it, and tells both of every layer', async () => {
    const callbacks = recorder()
    const trainer = name === 'sparse' ? { backends: [await openBackend('sparse')] } : undefined
    const spec = runSpecSchema.parse(base)
    const backend = await openBackend('reference')
    await trainRun({ spec, backend, trainer, dataset: madeDataset(), callbacks, resumeFrom: null })
    const curve = (metric: string) =>
      callbacks.points
        .filter((point) => point.phase === 'train' && point.name === metric)
        .map(({ step, value }) => [step, value] as const)
    const layers = ['hidden1', 'hidden2', 'hidden3', 'classifier']
    for (const metric of ['jacobian-chi', 'operator-max', 'operator-min', 'operator-deviation'])
      expect(curve(metric).map(([step]) => step)).toEqual([0, 9, 18])
    for (const layer of layers) {
      const max = curve(`operator-max-of-${layer}`)
      expect(max[0][1]).toBeCloseTo(1, 5)
      expect(max[2][1]).not.toBeCloseTo(1, 3)
      expect(curve(`operator-deviation-of-${layer}`)[0][1]).toBeLessThan(1e-9)
    }
    expect(curve('operator-max')[2][1]).toBe(
      Math.max(...layers.map((layer) => curve(`operator-max-of-${layer}`)[2][1])),
    )
    // Orthogonal layers, linear: squared gradients keep their size.
    expect(curve('jacobian-chi')[0][1]).toBeCloseTo(1, 4)
    expect(curve('jacobian-chi')[2][1]).not.toBeCloseTo(1, 3)
  })
})
