import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { approximateIsometry, isometryWay } from '../../../src/engine/initialization/isometry.ts'
import type { IsometryLayer } from '../../../src/engine/initialization/isometry.ts'
import { kernelShape } from '../../../src/engine/initialization/kernel-shape.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'

interface Case {
  readonly name: string
  readonly sigma_w: number
  readonly lr: number
  readonly steps: number
  readonly W: readonly OracleTensor[]
  readonly M: readonly OracleTensor[]
  readonly loss_total: readonly number[]
  readonly W_final: readonly OracleTensor[]
  readonly torch_float32_abs_deviation_of_loss_total: readonly number[]
}
const { cases } = oracle<{ cases: readonly Case[] }>('approximate_isometry')

const layersOf = ({ W, M }: Case) =>
  W.map((weights, k) => ({
    name: `layer${k}`,
    shape: kernelShape(weights.shape, false, `layer${k}`),
    values: Float64Array.from(weights.data),
    mask: Uint8Array.from(M[k].data),
  }))

const ways = ['program', 'nonzeros'] as const

test.each(cases.flatMap((one) => ways.map((way) => ({ ...one, way }))))(
  '$name by $way: losses of every step and the final weights are the oracle’s (float64)',
  async ({ way, ...one }) => {
    const { loss, values } = await approximateIsometry({
      way,
      layers: layersOf(one),
      steps: one.steps,
      rate: one.lr,
      gain: one.sigma_w,
      backend: referenceBackend,
      precision: 'float64',
    })
    expect(loss.length).toBe(one.steps + 1)
    loss.forEach((value, step) => {
      // Where PyTorch's own float32 run leaves its float64 run, the trajectory amplifies rounding.
      const loose = 10 * one.torch_float32_abs_deviation_of_loss_total[step] + 1e-7
      expect(Math.abs(value - one.loss_total[step])).toBeLessThan(step <= 20 ? 1e-7 : loose)
    })
    const worst = Math.max(...one.torch_float32_abs_deviation_of_loss_total)
    one.W_final.forEach((expected, k) => {
      const kernel = values.get(`layer${k}`) ?? new Float64Array(0)
      expected.data.forEach((value, at) => {
        if (one.M[k].data[at] === 0) expect(kernel[at]).toBe(0)
        else expect(Math.abs(kernel[at] - value)).toBeLessThan(1e-6 + 10 * worst)
      })
    })
  },
)

test.each(ways)('by %s depthwise kernels come to unit filters channel by channel', async (way) => {
  const draw = Stream.root(5)
  const values = Float64Array.from({ length: 9 * 7 }, () => draw.normal())
  const mask = Uint8Array.from(values, () => (draw.uniform() < 0.6 ? 1 : 0))
  const result = await approximateIsometry({
    way,
    layers: [{ name: 'd', shape: kernelShape([3, 3, 7, 1], true, 'd'), values, mask }],
    steps: 400,
    rate: 0.002,
    gain: 1,
    backend: referenceBackend,
    precision: 'float64',
  })
  const kernel = result.values.get('d') ?? new Float64Array(0)
  for (let channel = 0; channel < 7; channel++) {
    let square = 0
    for (let tap = 0; tap < 9; tap++) {
      const at = tap * 7 + channel
      square += kernel[at] ** 2
      if (mask[at] === 0) expect(kernel[at]).toBe(0)
    }
    expect(Math.abs(square - 1)).toBeLessThan(0.02)
  }
  expect(result.loss[400]).toBeLessThan(result.loss[0] / 20)
})

/** A wide, a tall and a convolution's kernel, masked. */
function drawnLayers(density: number): IsometryLayer[] {
  const draw = Stream.root(11)
  return [
    [9, 14],
    [20, 6],
    [3, 3, 4, 8],
  ].map((shape, k) => {
    const size = shape.reduce((product, side) => product * side, 1)
    return {
      name: `layer${k}`,
      shape: kernelShape(shape, false, `layer${k}`),
      values: Float64Array.from({ length: size }, () => 0.3 * draw.normal()),
      mask: Uint8Array.from({ length: size }, () => (draw.uniform() < density ? 1 : 0)),
    }
  })
}

/** ‖G − σ²I‖_max by definition. */
function residualOf({ shape }: IsometryLayer, values: Float64Array, gain: number): number {
  const rows = shape.entries / shape.outputs
  const tall = rows >= shape.outputs
  const side = Math.min(rows, shape.outputs)
  const at = (long: number, short: number) =>
    values[tall ? long * shape.outputs + short : short * shape.outputs + long]
  let worst = 0
  for (let s = 0; s < side; s++)
    for (let t = 0; t < side; t++) {
      let sum = s === t ? -gain * gain : 0
      for (let l = 0; l < shape.entries / side; l++) sum += at(l, s) * at(l, t)
      worst = Math.max(worst, Math.abs(sum))
    }
  return worst
}

test('both ways take the same path', async () => {
  const request = { layers: drawnLayers(0.4), steps: 60, rate: 0.01, gain: 1.1, backend: referenceBackend }
  const [a, b] = await Promise.all(
    ways.map((way) => approximateIsometry({ ...request, way, precision: 'float64' })),
  )
  expect(b.loss.length).toBe(61)
  b.loss.forEach((loss, step) => expect(loss).toBeCloseTo(a.loss[step], 6))
  for (const [name, values] of b.values) {
    const other = a.values.get(name) ?? new Float64Array(0)
    values.forEach((value, k) => expect(value).toBeCloseTo(other[k], 6))
  }
})

test('AI to a residual ends as soon as every layer is below it, or at the last step', async () => {
  const layers = drawnLayers(0.7)
  const request = { layers, steps: 3000, rate: 0.01, gain: 1, backend: referenceBackend }
  const worst = (values: ReadonlyMap<string, Float64Array>) =>
    Math.max(...layers.map((layer) => residualOf(layer, values.get(layer.name) ?? layer.values, 1)))
  const { values, loss } = await approximateIsometry({ ...request, residual: 0.3 })
  const steps = loss.length - 1
  expect(worst(values)).toBeLessThanOrEqual(0.3)
  expect(steps).toBeLessThan(3000)
  const before = await approximateIsometry({ ...request, steps: steps - 1, way: 'nonzeros' })
  expect(worst(before.values)).toBeGreaterThan(0.3)
  const never = await approximateIsometry({ ...request, steps: 20, residual: 1e-12 })
  expect(never.loss.length).toBe(21)
})

test('the way with less work is taken: few nonzeros alone, dense matrices on the backend', () => {
  const request = { steps: 1, rate: 0.1, gain: 1 }
  const square = (density: number, side = 128) => {
    const every = Math.round(1 / density)
    const mask = Uint8Array.from({ length: side ** 2 }, (_, k) => (k % every === 0 ? 1 : 0))
    return [
      { name: 'a', shape: kernelShape([side, side], false, 'a'), values: Float64Array.from(mask), mask },
    ]
  }
  const native = { ...referenceBackend, name: 'tensorflow' }
  expect(isometryWay({ ...request, layers: square(0.125), backend: native })).toBe('nonzeros')
  expect(isometryWay({ ...request, layers: square(1), backend: native })).toBe('program')
  expect(isometryWay({ ...request, layers: square(1), backend: native, residual: 0.1 })).toBe('nonzeros')
  // A step of a program takes its time whatever the size.
  expect(isometryWay({ ...request, layers: square(0.5, 32), backend: native })).toBe('nonzeros')
  expect(isometryWay({ ...request, layers: square(0.5, 64), backend: native })).toBe('program')
})
