import { expect, test } from 'vitest'
import { denseInitializer, denseInitializers } from '../../../src/engine/initialization/dense/index.ts'
import { kernelShape } from '../../../src/engine/initialization/kernel-shape.ts'
import { orthogonalityResidual } from '../../../src/engine/linalg/gram.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { circularConvolution } from './convolve.ts'

const shape = (sides: readonly number[], depthwise = false) => kernelShape(sides, depthwise, 'layer.kernel')
const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))

test.each([
  ['kaiming-normal', 2 / 54],
  ['kaiming-uniform', 2 / 54],
  ['xavier', 2 / (54 + 360)],
  ['lecun-normal', 1 / 54],
  ['pytorch', 1 / (3 * 54)],
])('%s has the variance of its paper', (name, variance) => {
  const values = denseInitializer(name)(shape([3, 3, 6, 40]), 1.5, Stream.root(2), 'k')
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length
  // 2160 draws: the standard error of a variance is at most 1.42/√2160 of it.
  expect(Math.abs(square / (2.25 * variance) - 1)).toBeLessThan(4 * 0.031)
  expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length)).toBeLessThan(
    4 * Math.sqrt(square / values.length),
  )
})

test('orthogonal is orthonormal, wide and tall, flattened for kernels', () => {
  const { orthogonal } = denseInitializers
  expect(
    orthogonalityResidual(orthogonal(shape([9, 20]), 1.7, Stream.root(3), 'k'), 9, 20, 1.7),
  ).toBeLessThan(1e-12)
  expect(orthogonalityResidual(orthogonal(shape([20, 9]), 1, Stream.root(3), 'k'), 20, 9)).toBeLessThan(1e-12)
  expect(orthogonalityResidual(orthogonal(shape([3, 3, 5, 8]), 1, Stream.root(3), 'k'), 45, 8)).toBeLessThan(
    1e-12,
  )
})

test('orthogonal is Haar: entries have mean 0, variance 1/n, either determinant', () => {
  let first = 0,
    square = 0,
    fourth = 0,
    positive = 0
  const count = 4000
  for (let k = 0; k < count; k++) {
    const [a, b, c, d] = denseInitializers.orthogonal(shape([2, 2]), 1, Stream.root(k), 'k')
    first += a / count
    square += (a * a) / count
    fourth += a ** 4 / count
    positive += (a * d - b * c > 0 ? 1 : 0) / count
  }
  // a = cos of a uniform angle: moments 0, 1/2, 3/8.
  expect(Math.abs(first)).toBeLessThan(0.045)
  expect(Math.abs(square - 0.5)).toBeLessThan(0.023)
  expect(Math.abs(fourth - 0.375)).toBeLessThan(0.023)
  expect(Math.abs(positive - 0.5)).toBeLessThan(0.032)
})

test.each([
  [3, 6, 12],
  [2, 12, 12],
  [5, 9, 10],
  [1, 4, 7],
])('conv-orthogonal %d × %d → %d keeps norms under circular convolution', (side, inputs, outputs) => {
  const kernel = denseInitializers['conv-orthogonal'](
    shape([side, side, inputs, outputs]),
    1,
    Stream.root(5),
    'k',
  )
  const draw = Stream.root(6)
  const image = Float64Array.from({ length: 7 * 6 * inputs }, () => draw.normal())
  const output = circularConvolution(image, [7, 6, inputs], kernel, [side, side, inputs, outputs])
  expect(norm(output) / norm(Float32Array.from(image))).toBeCloseTo(1, 6)
  // It is a true k × k kernel: no tap is empty.
  for (let tap = 0; tap < side * side; tap++) {
    const size = inputs * outputs
    expect(kernel.subarray(tap * size, (tap + 1) * size).some((value) => Math.abs(value) > 1e-6)).toBe(true)
  }
})

test('conv-orthogonal with fewer outputs than inputs: orthonormal at single frequencies', () => {
  const kernel = denseInitializers['conv-orthogonal'](shape([3, 3, 6, 4]), 1, Stream.root(5), 'k')
  // At frequency 0 the operator is the sum of the taps; at (π, π) the alternating sum.
  for (const sign of [1, -1]) {
    const at = new Float64Array(24)
    kernel.forEach((value, k) => {
      at[k % 24] += (Math.floor(k / 24) % 2 === 0 ? 1 : sign) * value
    })
    expect(orthogonalityResidual(at, 6, 4)).toBeLessThan(1e-12)
  }
})

test('delta-orthogonal embedding agrees with the oracle’s convolutions', () => {
  interface Case {
    readonly H: OracleTensor
    readonly gain: number
    readonly kernel_size: number
    readonly x: OracleTensor
    readonly y: OracleTensor
  }
  for (const { H, gain, kernel_size: side, x, y } of oracle<{ cases: readonly Case[] }>('delta_orthogonal')
    .cases) {
    const [inputs, outputs] = H.shape
    const sides = [side, side, inputs, outputs]
    const own = denseInitializers['delta-orthogonal'](shape(sides), gain, Stream.root(7), 'k')
    const offset = own.findIndex((value) => value !== 0)
    expect(own.slice(offset + H.data.length).every((value) => value === 0)).toBe(true)
    expect(
      orthogonalityResidual(own.slice(offset, offset + H.data.length), inputs, outputs, gain),
    ).toBeLessThan(1e-12)
    const kernel = new Float64Array(own.length)
    H.data.forEach((value, k) => {
      kernel[offset + k] = gain * value
    })
    const [batch, ...image] = x.shape
    const size = x.data.length / batch
    for (let b = 0; b < batch; b++) {
      const output = circularConvolution(
        Float64Array.from(x.data.slice(b * size, (b + 1) * size)),
        image,
        kernel,
        sides,
      )
      output.forEach((value, k) => expect(value).toBeCloseTo(y.data[b * output.length + k], 5))
    }
  }
})

test('unknown names and shapes that do not fit say what does', () => {
  expect(() => denseInitializer('glorot')).toThrow('known are orthogonal, conv-orthogonal')
  expect(() => denseInitializers['conv-orthogonal'](shape([3, 1, 4, 4]), 1, Stream.root(1), 'k')).toThrow(
    '3 × 3',
  )
  expect(() => shape([3, 4, 5])).toThrow('[in, out] of a dense kernel')
})
