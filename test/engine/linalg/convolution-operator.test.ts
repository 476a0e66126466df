import { Matrix, SingularValueDecomposition } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { denseInitializer } from '../../../src/engine/initialization/dense/index.ts'
import { kernelShape } from '../../../src/engine/initialization/kernel-shape.ts'
import { operatorSingularValues } from '../../../src/engine/linalg/convolution-operator.ts'
import type { OperatorGeometry, OperatorKernel } from '../../../src/engine/linalg/convolution-operator.ts'
import { operatorResidual } from '../../../src/engine/linalg/operator-residual.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'

interface Operator {
  readonly map: number
  readonly padding: 'circular' | 'zero'
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
  readonly singular_values: readonly number[] | null
}
const { cases } = oracle<{
  cases: { name: string; kernel: OracleTensor; operators: Operator[] }[]
}>('operators')

const plain = (map: number): OperatorGeometry => ({ map: [map, map], stride: 1, dilation: 1, groups: 1 })

test.each(cases)('$name: the singular values of torch’s operator', ({ kernel, operators }) => {
  const [height, width, inputs, outputs] = kernel.shape
  const given = { values: Float64Array.from(kernel.data), height, width, inputs, outputs }
  for (const { map, padding, count, min, mean, max, singular_values } of operators) {
    if (padding !== 'circular') continue
    const values = operatorSingularValues(given, plain(map))
    expect(values.length).toBe(count)
    expect(values[0]).toBeCloseTo(max, 8)
    expect(values[count - 1]).toBeCloseTo(min, 8)
    expect(values.reduce((sum, value) => sum + value, 0) / count).toBeCloseTo(mean, 8)
    singular_values?.forEach((value, k) => expect(values[k]).toBeCloseTo(value, 8))
  }
})

function randomKernel(
  height: number,
  width: number,
  inputs: number,
  outputs: number,
  zeros = 0,
): OperatorKernel {
  const stream = Stream.root(9)
  const draw = (): number => (stream.uniform() < zeros ? 0 : stream.normal())
  const values = Float64Array.from({ length: height * width * inputs * outputs }, draw)
  return { values, height, width, inputs, outputs }
}

/** The operator as a matrix, place by place: row (x, input), column (output place, output). */
function explicit(kernel: OperatorKernel, { map, stride, dilation, groups }: OperatorGeometry): Matrix {
  const { values, height, width, inputs, outputs } = kernel
  const [rows, columns] = [map[0] / stride, map[1] / stride]
  const channels = inputs * groups
  const matrix = Matrix.zeros(map[0] * map[1] * channels, rows * columns * outputs)
  for (let y = 0; y < rows * columns; y++) {
    for (let tap = 0; tap < height * width; tap++) {
      const row = (Math.floor(y / columns) * stride + Math.floor(tap / width) * dilation) % map[0]
      const column = ((y % columns) * stride + (tap % width) * dilation) % map[1]
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < outputs; o++) {
          const channel = Math.floor(o / (outputs / groups)) * inputs + i
          const from = (row * map[1] + column) * channels + channel
          const to = y * outputs + o
          matrix.set(from, to, matrix.get(from, to) + values[(tap * inputs + i) * outputs + o])
        }
      }
    }
  }
  return matrix
}

describe.each([
  ['3 × 3', randomKernel(3, 3, 2, 3), plain(4)],
  ['wide to narrow', randomKernel(3, 3, 4, 2), plain(4)],
  ['sparse', randomKernel(3, 3, 3, 3, 0.7), plain(5)],
  ['larger than its map', randomKernel(5, 5, 2, 2), plain(3)],
  ['of unequal sides', randomKernel(1, 3, 2, 2), { ...plain(4), map: [2, 6] as const }],
  ['stride 2', randomKernel(3, 3, 2, 3), { ...plain(4), stride: 2 }],
  ['stride 2, many outputs', randomKernel(3, 3, 1, 6), { ...plain(4), stride: 2 }],
  ['stride 2, 1 × 1', randomKernel(1, 1, 2, 3), { ...plain(4), stride: 2 }],
  ['stride 2, 1 × 1, many outputs', randomKernel(1, 1, 1, 5), { ...plain(4), stride: 2 }],
  ['stride 3', randomKernel(3, 3, 2, 2), { ...plain(6), stride: 3 }],
  ['dilation 2', randomKernel(3, 3, 2, 2), { ...plain(5), dilation: 2 }],
  ['two groups', randomKernel(3, 3, 2, 6), { ...plain(4), groups: 2 }],
  ['depthwise', randomKernel(3, 3, 1, 4), { ...plain(4), groups: 4 }],
  ['depthwise, stride 2', randomKernel(3, 3, 1, 4), { ...plain(4), groups: 4, stride: 2 }],
] as [string, OperatorKernel, OperatorGeometry][])('a kernel %s', (_, kernel, geometry) => {
  const matrix = explicit(kernel, geometry)

  test('has the singular values of its matrix', () => {
    const { diagonal } = new SingularValueDecomposition(matrix, { autoTranspose: true })
    const expected = diagonal.sort((a, b) => b - a)
    const values = operatorSingularValues(kernel, geometry)
    expect(values.length).toBe(expected.length)
    values.forEach((value, k) => expect(Math.abs(value - expected[k])).toBeLessThan(1e-8))
  })

  test('has the residual of its matrix', () => {
    const wide = matrix.rows <= matrix.columns
    const gram = wide ? matrix.mmul(matrix.transpose()) : matrix.transpose().mmul(matrix)
    const off = gram.sub(Matrix.eye(gram.rows).mul(1.44)).abs().max()
    expect(operatorResidual(kernel, geometry, 1.2)).toBeCloseTo(off, 10)
  })
})

test('a delta kernel is its matrix at every place: an isometry', () => {
  const shape = kernelShape([3, 3, 6, 8], false, 'k')
  const values = denseInitializer('delta-orthogonal')(shape, 1.3, Stream.root(1), 'k')
  const kernel = { values, height: 3, width: 3, inputs: 6, outputs: 8 }
  const found = operatorSingularValues(kernel, plain(8))
  expect(found.length).toBe(64 * 6)
  found.forEach((value) => expect(value).toBeCloseTo(1.3, 12))
  expect(operatorResidual(kernel, plain(8), 1.3)).toBeLessThan(1e-12)
})

test('an orthogonal flattened 3 × 3 × 32 × 32 kernel is no orthogonal operator; conv-orthogonal is', () => {
  const shape = kernelShape([3, 3, 32, 32], false, 'k')
  const of = (name: 'orthogonal' | 'conv-orthogonal') => ({
    values: denseInitializer(name)(shape, 1, Stream.root(1), 'k'),
    ...{ height: 3, width: 3, inputs: 32, outputs: 32 },
  })
  const values = operatorSingularValues(of('orthogonal'), plain(8))
  expect(values[0]).toBeGreaterThan(1.75)
  expect(values[0]).toBeLessThan(2.1)
  expect(values[values.length - 1]).toBeLessThan(0.02)
  const exact = operatorSingularValues(of('conv-orthogonal'), plain(8))
  expect(exact[0]).toBeCloseTo(1, 10)
  expect(exact[exact.length - 1]).toBeCloseTo(1, 10)
})

test('a stride that does not divide the map is refused', () => {
  expect(() => operatorSingularValues(randomKernel(1, 1, 1, 1), { ...plain(5), stride: 2 })).toThrow(/5 × 5/)
})
