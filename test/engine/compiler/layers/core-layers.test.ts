import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { Builder } from '../../../../src/engine/program/builder.ts'
import { layoutOf, layoutVariables, packState } from '../../../../src/engine/program/layout.ts'
import { lowerModel } from '../../../../src/engine/compiler/lower.ts'
import type { LayerGraph, LayerNode, LayerOp } from '../../../../src/shared/graph/types.ts'

/**
 * Runs the layers, one after the other unless inputs are named, on x [2, …shape] = 0, 1, 2, …; evaluation
 * mode.
 */
async function run(
  shape: readonly number[],
  layers: readonly (LayerOp & { inputs?: readonly string[] })[],
  classes: number,
  parameters: Readonly<Record<string, readonly number[]>> = {},
): Promise<number[]> {
  const nodes: LayerNode[] = [{ kind: 'input', shape, name: 'l0', inputs: [] }]
  layers.forEach((layer, i) => {
    nodes.push({ ...layer, name: `l${i + 1}`, inputs: layer.inputs ?? [`l${i}`] })
  })
  const graph: LayerGraph = { name: 'layers', nodes, output: `l${layers.length}`, classes }
  const layout = layoutOf(graph)
  const builder = new Builder()
  const size = shape.reduce((a, b) => a * b, 2)
  const { logits } = lowerModel(builder, graph, layout, builder.feed('x', [2, ...shape]), {
    mode: 'evaluate',
    random: false,
  })
  const program = {
    variables: layoutVariables(layout),
    functions: [builder.finish('f', [{ name: 'y', value: logits }])],
  }
  const executable = await referenceBackend.compile(program, { precision: 'float64' })
  const state = new Map(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)]))
  executable.writeAll(packState(layout, { parameters: state, masks: new Map() }))
  return [...executable.run('f', { x: Float64Array.from({ length: size }, (_, i) => i) }).y]
}

describe('layers of sequences', () => {
  test('class token first, positions added, one token taken', async () => {
    const layers = [
      { kind: 'class-token' },
      { kind: 'position-embedding' },
      { kind: 'select-token', index: 0 },
    ] as const
    const parameters = { 'l1.token': [10, 20], 'l2.position': [1, 2, 3, 4, 5, 6] }
    expect(await run([2, 2], layers, 2, parameters)).toEqual([11, 22, 11, 22])
    const second = [...layers.slice(0, 2), { kind: 'select-token', index: 2 }] as const
    expect(await run([2, 2], second, 2, parameters)).toEqual([2 + 5, 3 + 6, 6 + 5, 7 + 6])
  })

  test('a dense layer acts on the last axis of a sequence', async () => {
    const layers = [{ kind: 'dense', units: 1, bias: true, maskable: true }, { kind: 'flatten' }] as const
    expect(await run([2, 2], layers, 2, { 'l1.kernel': [1, 10], 'l1.bias': [0.5] })).toEqual([
      10.5, 32.5, 54.5, 76.5,
    ])
  })

  test('layer scale multiplies features', async () => {
    const layers = [{ kind: 'layer-scale', initial: 0.1 }] as const
    expect(await run([2], layers, 2, { 'l1.layer-scale': [2, 3] })).toEqual([0, 3, 4, 9])
  })
})

describe('layers that join and reshape', () => {
  test('add, concat along the last axis, reshape', async () => {
    const layers = [
      { kind: 'activation', activation: 'linear' },
      { kind: 'add', inputs: ['l0', 'l1'] },
      { kind: 'concat', inputs: ['l2', 'l0'] },
      { kind: 'reshape', shape: [2, 2] },
      { kind: 'flatten' },
    ] as const
    expect(await run([2], layers, 4)).toEqual([0, 2, 0, 1, 4, 6, 2, 3])
  })

  test.each([
    ['relu', [0, 1]],
    ['leaky-relu', [-0.01, 1]],
    ['hard-tanh', [-1, 1]],
    ['tanh', [-Math.tanh(1), Math.tanh(1)]],
    ['sigmoid', [1 / (1 + Math.E), 1 / (1 + 1 / Math.E)]],
    ['swish', [-1 / (1 + Math.E), 1 / (1 + 1 / Math.E)]],
    ['gelu', [-0.15865525393145707, 0.8413447460685429]],
    ['selu', [-1.1113307378125625, 1.0507009873554805]],
  ] as const)('activation %s at −1 and 1', async (activation, expected) => {
    const layers = [
      { kind: 'dense', units: 2, bias: true, maskable: true },
      { kind: 'activation', activation },
    ] as const
    const y = await run([1], layers, 2, { 'l1.kernel': [0, 0], 'l1.bias': [-1, 1] })
    expected.forEach((value, i) => {
      expect(y[i]).toBeCloseTo(value, 14)
    })
  })

  test('a model whose output is not [classes], or whose input has another shape, is refused', async () => {
    await expect(run([3], [{ kind: 'flatten' }], 4)).rejects.toThrow(
      'output l1 of layers is [2,3], not [2,4]',
    )
    const graph: LayerGraph = {
      name: 'm',
      nodes: [{ kind: 'input', shape: [3], name: 'i', inputs: [] }],
      output: 'i',
      classes: 3,
    }
    const builder = new Builder()
    expect(() =>
      lowerModel(builder, graph, layoutOf(graph), builder.feed('x', [2, 4]), {
        mode: 'evaluate',
        random: false,
      }),
    ).toThrow('model m takes [3], got [4]')
  })
})
