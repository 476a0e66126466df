/** What methods return: what is taken, and what is refused with what was asked for. */
import { describe, expect, it } from 'vitest'
import { ownDistribution } from '../../../src/engine/own/distribution.ts'
import { ownUpdate } from '../../../src/engine/own/dynamic.ts'
import type { OwnMethod } from '../../../src/engine/own/method.ts'
import { ownKernel } from '../../../src/engine/own/scheme.ts'
import { drawnParameter } from '../../../src/engine/laboratory/draw.ts'
import { countOnes, randomMask } from '../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../src/engine/rng.ts'
import type { ParameterSpec } from '../../../src/shared/graph/types.ts'
import { open, PYTHON, pythonKernel, scriptKernel } from './support.ts'

const CONV: ParameterSpec = drawnParameter({ shape: [3, 2, 4, 5], depthwise: false })

interface Ask {
  readonly parameter?: ParameterSpec
  readonly density?: number
  readonly mask?: Uint8Array | null
  readonly seed?: number
  readonly settings?: Record<string, number>
}

const kernel = (method: OwnMethod, { parameter = CONV, seed = 1, ...rest }: Ask = {}) =>
  ownKernel(method, {
    parameter,
    density: 0.5,
    mask: null,
    settings: {},
    gain: 1,
    activation: 'tanh',
    stream: Stream.root(seed),
    ...rest,
  })

/** Entries [out][in][height][width] numbered in PyTorch's order, in TensorFlow's [height][width][in][out]. */
function expectedOrder([height, width, inputs, outputs]: readonly number[]): number[] {
  const order: number[] = []
  for (let h = 0; h < height; h++)
    for (let w = 0; w < width; w++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) order.push(((o * inputs + i) * height + h) * width + w + 1)
  return order
}

describe.each([
  [
    'python',
    pythonKernel('return 1.0 + np.arange(layer.entries).reshape(shape), np.ones(shape, dtype=bool)'),
  ],
  ['javascript', scriptKernel('return { weight: Array.from({ length: layer.entries }, (_, k) => k + 1) }')],
] as const)('a kernel in %s', (language, text) => {
  it.skipIf(language === 'python' && PYTHON === undefined)('comes in PyTorch’s order', async () => {
    const { values, mask } = await kernel(await open(language, text), { density: 1 })
    expect([...values]).toEqual(expectedOrder(CONV.shape))
    expect(countOnes(mask)).toBe(120)
  })
})

describe('what is refused', () => {
  const refused = (body: string, ask?: Ask, head?: string) =>
    expect(open('javascript', scriptKernel(body, head)).then((method) => kernel(method, ask))).rejects
  const ones = 'const weight = new Float64Array(layer.entries).fill(1); '

  it('a weight of another shape, and values that are not finite', async () => {
    await refused('return [1, 2, 3]').toThrow('the weight of kernel has shape [3], not [5, 4, 3, 2]')
    await refused('return new Float64Array(layer.entries).fill(NaN)').toThrow('holds NaN')
    await refused('return null').toThrow('must return { weight, mask }')
    await refused('return { weight: ["a"] }').toThrow('which is no number')
  })

  it('a mask of another density, unless the scheme owns its masks', async () => {
    const mask = `${ones}return { weight, mask: weight.map((_, k) => k < 30 ? 1 : 0) }`
    await refused(mask).toThrow('keeps 30 of 120 weights (density 0.250); asked were 60 (density 0.500)')
    const own = await open('javascript', scriptKernel(mask, 'traits: ["ownsMask"],'))
    expect(countOnes((await kernel(own)).mask)).toBe(30)
  })

  it('takes what lies within the tolerance', async () => {
    const mask = `${ones}return { weight, mask: weight.map((_, k) => k < 54 ? 1 : 0) }`
    await refused(mask).toThrow('asked were 60')
    const wide = await open('javascript', scriptKernel(mask, 'tolerance: 0.1,'))
    expect(countOnes((await kernel(wide)).mask)).toBe(54)
  })

  it('other positions than the distribution’s, unless the scheme owns positions', async () => {
    const chosen = randomMask(120, 60, Stream.root(9))
    const mask = `${ones}return { weight, mask: weight.map((_, k) => k % 2) }`
    await refused(mask, { mask: chosen }).toThrow('another than the density distribution chose')
    const own = await open('javascript', scriptKernel(mask, 'traits: ["ownsPositions"],'))
    expect(countOnes((await kernel(own, { mask: chosen })).mask)).toBe(60)
    const given = await open('javascript', scriptKernel(`${ones}return { weight, mask: layer.mask }`))
    expect((await kernel(given, { mask: chosen })).mask).toEqual(chosen)
  })

  it('masks of other numbers than 0 and 1', async () => {
    await refused(`${ones}return { weight, mask: weight.map(() => 0.5) }`).toThrow('0 and 1 only')
  })
})

it('gives exactly the density where the scheme leaves the mask to the bench, zeroing the rest', async () => {
  const method = await open('javascript', scriptKernel('return new Float64Array(layer.entries).fill(2)'))
  const { values, mask, zeroed } = await kernel(method)
  expect(countOnes(mask)).toBe(60)
  expect(zeroed).toBe(60)
  expect([...values]).toEqual([...mask].map((bit) => 2 * bit))
})

it('seeds the method’s random numbers by the run’s stream', async () => {
  const method = await open(
    'javascript',
    scriptKernel('return Float64Array.from({ length: layer.entries }, () => random.normal())'),
  )
  const [one, again, other] = [await kernel(method), await kernel(method), await kernel(method, { seed: 2 })]
  expect(again.values).toEqual(one.values)
  expect(other.values).not.toEqual(one.values)
})

describe('distributions', () => {
  const kernels = ['a', 'b'].map((name) => ({
    ...drawnParameter({ shape: [10, 20], depthwise: false }),
    name,
  }))
  const distribution = (body: string, head = '') =>
    open(
      'javascript',
      `export default { kind: 'distribution', name: 'mine', ${head}\n` +
        `distribute({ layers, density }) {${body}} }`,
    )
  const ask = async (body: string, head?: string) =>
    ownDistribution(
      await distribution(body, head),
      {},
      {
        kernels,
        density: 0.2,
        variant: 'literature',
        stream: Stream.root(1),
      },
    )

  it('answer densities by name or in order', async () => {
    for (const body of [
      'return { b: 0.1, a: 0.3 }',
      'return [0.3, 0.1]',
      'return new Map([["a", 0.3], ["b", 0.1]])',
    ]) {
      const { layers, masks } = await ask(body)
      expect(layers.map(({ nonzeros }) => nonzeros)).toEqual([60, 20])
      expect(masks).toBeUndefined()
    }
  })

  it('may mix masks and densities', async () => {
    const { masks } = await ask('return [Array.from({ length: 200 }, (_, k) => k < 60), 0.1]')
    expect(countOnes(masks?.get('a') ?? new Uint8Array())).toBe(60)
    expect(countOnes(masks?.get('b') ?? new Uint8Array())).toBe(20)
  })

  it('are refused for missing layers, wrong densities and a wrong total', async () => {
    await expect(ask('return { a: 0.2 }')).rejects.toThrow('returned nothing for b')
    await expect(ask('return { a: 0.2, c: 0.2 }')).rejects.toThrow('“c”, which is no layer')
    await expect(ask('return [0.2]')).rejects.toThrow('1 entries for 2 layers')
    await expect(ask('return [1.4, 0]')).rejects.toThrow('the density of a is 1.4')
    await expect(ask('return [0.5, 0.5]')).rejects.toThrow(
      'keep 200 of 400 weights (density 0.500); asked was 0.2',
    )
    await expect(ask('return [NaN, 0.5]')).rejects.toThrow('NaN')
    await expect(ask('return [0.2, 0.2]', 'needs: ["snip"],')).rejects.toThrow('needs snip')
    expect((await ask('return [0.5, 0.5]', 'traits: ["ownsDensity"],')).layers[0].nonzeros).toBe(100)
  })
})

describe('updates', () => {
  const layer = {
    parameter: drawnParameter({ shape: [2, 3], depthwise: false }),
    weights: Float32Array.of(1, 0, 3, 0, 5, 0),
    mask: Uint8Array.of(1, 0, 1, 0, 1, 0),
    gradient: null,
  }
  const update = async (body: string, head = '') =>
    ownUpdate(
      await open(
        'javascript',
        `export default { kind: 'dynamic', name: 'mine', ${head} update({ layers }) {${body}} }`,
      ),
      {},
      [layer],
      { step: 10, steps: 100, fraction: 0.3 },
      Stream.root(1),
    )

  it('say what was dropped and grown', async () => {
    // Transposed: [out, in] = 3 × 2, our entries 0 1 2 3 4 5 are its 0 2 4 1 3 5.
    const [{ mask, dropped, grown, activated }] = await update('return [[0, 1, 1, 0, 1, 0]]')
    expect([...mask]).toEqual([0, 1, 1, 1, 0, 0])
    expect([...dropped]).toEqual([0, 4])
    expect([...grown]).toEqual([1, 3])
    expect(activated).toEqual(grown)
  })

  it('are refused where the number of weights changes, unless the method changes the density', async () => {
    await expect(update('return [[1, 0, 0, 0, 0, 0]]')).rejects.toThrow(
      'keeps 1 weights; before it there were 3',
    )
    const [{ mask }] = await update('return [[1, 0, 0, 0, 0, 0]]', 'traits: ["changesDensity"],')
    expect(countOnes(mask)).toBe(1)
  })
})
