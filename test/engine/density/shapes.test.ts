import { expect, test } from 'vitest'
import { densities } from '../../../src/engine/density/index.ts'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { oracle } from '../../oracle.ts'
import { maskable } from './kernels.ts'

interface Expected {
  readonly layer: readonly number[]
  readonly overall: number
}
interface Network {
  readonly network: string
  readonly layers: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly size: number
  }[]
  readonly densities: Readonly<
    Record<
      string,
      { readonly erk: Expected; readonly uniform: Expected; readonly uniform_skip_first_last: Expected }
    >
  >
}
const { networks } = oracle<{ networks: readonly Network[] }>('densities')
const request = (
  kernels: ReturnType<typeof maskable>[],
  density: number,
  variant: 'literature' | 'published' = 'literature',
) => ({ kernels, density, variant, stream: Stream.root(1) })

test.each(networks)(
  '$network: ERK, uniform and uniform-skip agree with the oracle',
  async ({ layers, densities: expected }) => {
    const kernels = layers.map(({ name, shape }) => maskable(name, shape))
    for (const [density, methods] of Object.entries(expected)) {
      const check = async (name: string, variant: 'literature' | 'published', { layer }: Expected) => {
        const answer = await densities(name, request(kernels, Number(density), variant))
        answer.layers.forEach((one, k) => expect(Math.abs(one.density - layer[k])).toBeLessThan(1e-9))
      }
      await check('erk', 'literature', methods.erk)
      await check('uniform', 'literature', methods.uniform)
      await check('uniform-skip', 'published', methods.uniform_skip_first_last)
    }
  },
)

test('ERK and ER meet the global density; ER ignores the kernel’s sides', async () => {
  const kernels = [maskable('a', [3, 3, 3, 16]), maskable('b', [5, 5, 16, 64]), maskable('c', [64, 10])]
  for (const name of ['erk', 'er']) {
    const { layers } = await densities(name, request(kernels, 0.2))
    const entries = [432, 25600, 640]
    const kept = layers.reduce((sum, { density }, k) => sum + density * entries[k], 0)
    expect(kept).toBeCloseTo(0.2 * 26672, 6)
    expect(Math.max(...layers.map(({ density }) => density))).toBeLessThanOrEqual(1)
    expect(layers.map(({ nonzeros }, k) => nonzeros - Math.round(layers[k].density * entries[k]))).toEqual([
      0, 0, 0,
    ])
  }
  const { layers } = await densities(
    'er',
    request([maskable('a', [3, 3, 50, 50]), maskable('b', [50, 50])], 0.1),
  )
  expect(layers[0].density).toBeCloseTo(layers[1].density, 12)
})

test('uniform-skip leaves the first and the last dense; dense is dense', async () => {
  const kernels = ['a', 'b', 'c', 'd'].map((name) => maskable(name, [8, 8]))
  expect(
    (await densities('uniform-skip', request(kernels, 0.25))).layers.map(({ density }) => density),
  ).toEqual([1, 0.25, 0.25, 1])
  expect((await densities('dense', request(kernels, 0.25))).layers.map(({ nonzeros }) => nonzeros)).toEqual([
    64, 64, 64, 64,
  ])
})

test('published masks are Bernoulli: their counts fluctuate about the target', async () => {
  const kernels = Array.from({ length: 40 }, (_, k) => maskable(`layer${k}`, [40, 40]))
  const { layers, masks } = await densities('uniform', request(kernels, 0.3, 'published'))
  const counts = layers.map(({ parameter, nonzeros }) => {
    const mask = masks?.get(parameter.name)
    expect(mask && countOnes(mask)).toBe(nonzeros)
    return nonzeros
  })
  const mean = counts.reduce((sum, count) => sum + count, 0) / 40
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 39
  expect(Math.abs(mean - 480)).toBeLessThan(4 * Math.sqrt(336 / 40))
  expect(variance).toBeGreaterThan(336 / 3)
  expect(variance).toBeLessThan(336 * 3)
})

test('impossible requests say what works', async () => {
  const kernels = [maskable('a', [4, 4])]
  await expect(densities('erdos', request(kernels, 0.5))).rejects.toThrow('known are dense, uniform')
  await expect(densities('erk', request(kernels, 0))).rejects.toThrow('more than 0')
  await expect(densities('snip', request(kernels, 0.5))).rejects.toThrow(
    'needs a batch of data, and none was given. Without: uniform',
  )
})
