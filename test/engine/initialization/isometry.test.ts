import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { approximateIsometry } from '../../../src/engine/initialization/isometry.ts'
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

test.each(cases)(
  '$name: losses of every step and the final weights are the oracle’s (float64)',
  async (one) => {
    const { loss, values } = await approximateIsometry({
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

test('depthwise kernels are brought to unit filters channel by channel, and masks stay', async () => {
  const draw = Stream.root(5)
  const values = Float64Array.from({ length: 9 * 7 }, () => draw.normal())
  const mask = Uint8Array.from(values, () => (draw.uniform() < 0.6 ? 1 : 0))
  const result = await approximateIsometry({
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
