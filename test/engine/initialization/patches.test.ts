/** Even kernels whose windows do not overlap: matrices of patches, since they have no centre. */
import { expect, test } from 'vitest'
import { eoi } from '../../../src/engine/initialization/eoi.ts'
import { kernelShapeOf } from '../../../src/engine/initialization/kernel-shape.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import type { LayerGraph, LayerOp, ParameterSpec } from '../../../src/shared/graph/types.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'

type Conv = Extract<LayerOp, { kind: 'conv' }>

const PATCHES: Conv = {
  kind: 'conv',
  filters: 10,
  kernel: [4, 2],
  stride: 4,
  padding: 0,
  groups: 1,
  bias: false,
  maskable: true,
}

function kernelOf(change: Partial<Conv>): ParameterSpec {
  const graph: LayerGraph = {
    name: 'patches',
    output: 'mean',
    classes: 10,
    nodes: [
      { kind: 'input', shape: [8, 8, 2], name: 'input', inputs: [] },
      { ...PATCHES, ...change, name: 'conv', inputs: ['input'] },
      { kind: 'global-average-pool', name: 'mean', inputs: ['conv'] },
    ],
  }
  return parametersOf(graph)[0]
}

test('which kernels are patches', () => {
  expect(kernelOf({}).patches).toBe(true)
  expect(kernelShapeOf(kernelOf({}))).toMatchObject({
    height: 1,
    width: 1,
    inputs: 16,
    outputs: 10,
    fanIn: 16,
  })
  for (const change of [
    { kernel: [3, 3] },
    { stride: 2 },
    { groups: 2 },
    { dilation: 2 },
    { maskable: false },
  ] as const) {
    expect(kernelOf(change).patches, JSON.stringify(change)).toBeUndefined()
  }
})

function drawn(parameter: ParameterSpec) {
  const settings = runSpecSchema.parse({ initialization: { scheme: 'eoi' } }).initialization
  return eoi({ parameter, density: 0.4, mask: null, settings, stream: Stream.root(2) })
}

test('EOI makes the matrix of the patches orthogonal, at its density', () => {
  const { values, mask } = drawn(kernelOf({}))
  for (let a = 0; a < 10; a++) {
    for (let b = 0; b < 10; b++) {
      let product = 0
      for (let k = 0; k < 16; k++) product += values[10 * k + a] * values[10 * k + b]
      expect(product).toBeCloseTo(a === b ? 1 : 0, 12)
    }
  }
  const nonzeros = mask.reduce((sum, bit) => sum + bit, 0)
  expect(Math.abs(nonzeros / mask.length - 0.4)).toBeLessThan(0.02)
})

test('EOI refuses even kernels whose windows overlap', () => {
  expect(() => drawn(kernelOf({ stride: 2 }))).toThrow(/has no centre/)
})
