import { describe, expect, test } from 'vitest'
import { convolutionPlaces } from '../../../src/engine/initialization/convolution-places.ts'
import {
  operatorKernel,
  operatorReport,
  operatorSpectrum,
} from '../../../src/engine/initialization/operator-report.ts'
import { kernelShape } from '../../../src/engine/initialization/kernel-shape.ts'
import { layerReport, OPERATOR_BUDGET, SingularBudget } from '../../../src/engine/initialization/report.ts'
import { orthogonalityResidual } from '../../../src/engine/linalg/gram.ts'
import { singularValues } from '../../../src/engine/linalg/singular-values.ts'
import { operatorSingularValues } from '../../../src/engine/linalg/convolution-operator.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { maskable } from '../density/kernels.ts'

const place = (map: number, stride = 1) => ({
  map: [map, map] as const,
  stride,
  dilation: 1,
  groups: 1,
  padding: 'zeros 1',
})
const shape = kernelShape([3, 3, 4, 6], false, 'k')
const stream = Stream.root(1)
const kernel = operatorKernel(
  Float64Array.from({ length: shape.entries }, () => stream.normal()),
  shape,
)

describe('within its budget of work', () => {
  const every = operatorSingularValues(kernel, place(8))
  const cost = operatorSpectrum(kernel, place(8), Infinity).cost

  test('an operator is reported whole where that fits', () => {
    const { report } = operatorReport(kernel, place(8), 1, 1e9)
    expect(report.frequencies).toBe(64)
    expect(report.singularMax).toBeCloseTo(every[0], 12)
    expect(report.singularMin).toBeCloseTo(every[every.length - 1], 12)
    expect(report.singularMean).toBeCloseTo(every.reduce((sum, value) => sum + value, 0) / every.length, 12)
    expect(report.residual).toBeGreaterThan(1)
    expect(report.padding).toBe('zeros 1')
  })

  test('by a sample of frequencies, told as one, where it does not', () => {
    const sample = operatorSpectrum(kernel, place(8), cost / 3)
    expect(sample.frequencies).toBeGreaterThan(10)
    expect(sample.frequencies).toBeLessThan(30)
    expect(sample.allFrequencies).toBe(64)
    expect(sample.cost).toBeLessThanOrEqual(cost / 3)
    for (const value of sample.values) {
      expect(Math.min(...every.map((one) => Math.abs(one - value)))).toBeLessThan(1e-12)
    }
  })

  test('and not at all below that: no number without its name', () => {
    const { report, cost: spent } = operatorReport(kernel, place(8), 1, 10)
    expect(spent).toBe(0)
    expect(report).toMatchObject({ residual: null, singularMean: null, singularMax: null, frequencies: 0 })
  })

  test('layers share the work evenly, and leave what they do not need', () => {
    const budget = new SingularBudget('auto', 3)
    expect(budget.operatorShare()).toBe(OPERATOR_BUDGET / 3)
    budget.payOperator(0)
    expect(budget.operatorShare()).toBe(OPERATOR_BUDGET / 2)
    budget.payOperator(OPERATOR_BUDGET / 2)
    expect(budget.operatorShare()).toBe(OPERATOR_BUDGET / 2)
  })
})

test('a kernel with one tap costs one frequency, at any stride', () => {
  const delta = operatorKernel(new Float64Array(shape.entries), shape)
  const values = Stream.root(2)
  for (let k = 0; k < 24; k++) delta.values[4 * 24 + k] = values.normal()
  for (const stride of [1, 2]) {
    const { report, cost } = operatorReport(delta, place(8, stride), 1, 1e6)
    const every = operatorSingularValues(delta, place(8, stride))
    expect(cost).toBeLessThan(1e5)
    expect(report.frequencies).toBe(report.allFrequencies)
    expect(report.singularMax).toBeCloseTo(every[0], 12)
    expect(report.singularMin).toBeCloseTo(every[every.length - 1], 12)
    expect(report.singularMean).toBeCloseTo(every.reduce((sum, value) => sum + value, 0) / every.length, 12)
  }
})

test('windows that do not overlap cost one frequency: a patch embedding is its flattened kernel', () => {
  const patches = kernelShape([4, 4, 3, 10], false, 'k')
  const draw = Stream.root(3)
  const values = Float64Array.from({ length: patches.entries }, () => draw.normal())
  const embedding = operatorKernel(values, patches)
  const at = { ...place(16, 4), padding: 'valid' }
  const { report } = operatorReport(embedding, at, 1, operatorSpectrum(embedding, at, Infinity).cost * 2)
  const flattened = singularValues(values, 48, 10)
  const every = operatorSingularValues(embedding, at)
  expect(report.frequencies).toBe(16)
  expect(report.singularMax).toBeCloseTo(flattened[0], 10)
  expect(report.singularMin).toBeCloseTo(flattened[9], 10)
  expect([every[0], every[every.length - 1]]).toEqual([
    expect.closeTo(flattened[0], 10),
    expect.closeTo(flattened[9], 10),
  ])
  expect(report.residual).toBeCloseTo(orthogonalityResidual(values, 48, 10), 10)
})

test('places are the layers’ own: map, stride, padding, groups', () => {
  const { model } = parseSpec({ model: { name: 'cnn', depth: 4, width: 8 } })
  const places = [...convolutionPlaces(buildModel(model, [32, 32, 3], 10)).values()]
  expect(places[0]).toEqual({ map: [32, 32], stride: 1, dilation: 1, groups: 1, padding: 'circular' })
  expect(places.map(({ map }) => map[0]).slice(0, 4)).toEqual([32, 32, 16, 8])
  const odd = parseSpec({ model: { name: 'efficientnet-b0' } }).model
  const deep = [...convolutionPlaces(buildModel(odd, [33, 33, 3], 10)).entries()]
  for (const [, { map, stride }] of deep) expect(map[0] % stride).toBe(0)
  expect(deep.some(([, { groups }]) => groups === 96)).toBe(true)
})

test('the report holds the operator beside the flattened kernel; a matrix has none', () => {
  const parameter = maskable('k', [3, 3, 4, 6])
  const of = (given: typeof parameter, values: Float64Array, at?: ReturnType<typeof place>) =>
    layerReport(given, values, null, 1, 1, [], new SingularBudget('auto', 1), at)
  const report = of(parameter, kernel.values, place(8))
  expect(report.operator?.singularMax).toBeGreaterThan((report.singularMax ?? 0) * 1.05)
  expect(of(maskable('m', [4, 6]), new Float64Array(24).fill(0.1)).operator).toBeUndefined()
})
