import { expect, test } from 'vitest'
import { densities } from '../../../src/engine/density/index.ts'
import type { DensityResult, ScoreEngine } from '../../../src/engine/density/types.ts'
import { largest } from '../../../src/engine/linalg/largest.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { maskable } from './kernels.ts'

type Tensors = Readonly<Record<string, OracleTensor>>
interface Masks {
  readonly kept: number
  readonly mask: Tensors
}
interface Case {
  readonly name: string
  readonly prunable: readonly string[]
  readonly params: Tensors
  readonly snip: {
    readonly grad: Tensors
    readonly masks: Readonly<Record<string, Masks>>
    readonly score_if_nll_on_raw_logits?: Tensors
  }
  readonly grasp: {
    readonly g: Tensors
    readonly Hg: Tensors
    readonly masks: Readonly<Record<string, Masks>>
    readonly masks_inverted_sign: Readonly<Record<string, Masks>>
  }
}
const { cases } = oracle<{ cases: readonly Case[] }>('snip_grasp')

const maps = (tensors: Tensors, names: readonly string[]) =>
  new Map(names.map((name) => [name, Float64Array.from(tensors[name].data)]))

/** An engine that answers with what the oracle recorded. */
function recorded({ params, prunable, snip, grasp }: Case): ScoreEngine {
  return {
    kernels: prunable.map((name) => maskable(name, params[name].shape)),
    values: maps(params, prunable),
    gradients: (loss) => {
      const scores = snip.score_if_nll_on_raw_logits
      if (loss === 'cross-entropy' || !scores) return Promise.resolve(maps(snip.grad, prunable))
      // The oracle records |w·g| of this loss: a gradient that gives the same scores.
      return Promise.resolve(
        new Map(
          prunable.map((name) => [
            name,
            Float64Array.from(scores[name].data, (score, k) =>
              params[name].data[k] === 0 ? 0 : score / params[name].data[k],
            ),
          ]),
        ),
      )
    },
    hessianGradient: (temperature) => {
      expect(temperature).toBe(200)
      return Promise.resolve({ gradient: maps(grasp.g, prunable), product: maps(grasp.Hg, prunable) })
    },
    synapticFlow: () => Promise.reject(new Error('not recorded')),
    distance: () => Promise.reject(new Error('not asked')),
    inputShape: [],
  }
}

const ask = (
  engine: ScoreEngine,
  name: string,
  density: number,
  variant: 'literature' | 'published' = 'literature',
) => densities(name, { kernels: engine.kernels, density, variant, stream: Stream.root(1), scores: engine })

function expectMasks(answer: DensityResult, expected: Masks): void {
  expect(answer.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(expected.kept)
  for (const [name, { data }] of Object.entries(expected.mask))
    expect([...(answer.masks?.get(name) ?? [])]).toEqual([...data])
}

test.each(cases)('$name: SNIP and GraSP masks are the oracle’s, exactly', async (one) => {
  const engine = recorded(one)
  for (const [density, masks] of Object.entries(one.snip.masks))
    expectMasks(await ask(engine, 'snip', Number(density)), masks)
  for (const [density, masks] of Object.entries(one.grasp.masks))
    expectMasks(await ask(engine, 'grasp', Number(density)), masks)
  for (const [density, masks] of Object.entries(one.grasp.masks_inverted_sign)) {
    expectMasks(await ask(engine, 'grasp', Number(density), 'published'), masks)
  }
})

test('published SNIP scores the raw logits of the target, unless the outputs are log-softmax', async () => {
  const asked: string[] = []
  const engine: ScoreEngine = {
    ...recorded(cases[0]),
    gradients: (loss) => {
      asked.push(loss)
      return Promise.resolve(maps(cases[0].snip.grad, cases[0].prunable))
    },
  }
  await ask(engine, 'snip', 0.1, 'published')
  await densities('snip', {
    kernels: engine.kernels,
    density: 0.1,
    variant: 'published',
    stream: Stream.root(1),
    scores: engine,
    publishedLogSoftmax: true,
  })
  expect(asked).toEqual(['negative-logit', 'cross-entropy'])
})

test('magnitude keeps the largest |w| of all kernels together; layer collapse is noted', async () => {
  const kernels = [maskable('big', [2, 3]), maskable('small', [3, 2])]
  const engine: ScoreEngine = {
    ...recorded(cases[0]),
    kernels,
    values: new Map([
      ['big', Float64Array.of(5, -6, 7, -8, 9, 10)],
      ['small', Float64Array.of(1, -2, 3, -4, 1, 1)],
    ]),
  }
  const half = await ask(engine, 'magnitude', 0.5)
  expect(half.layers.map(({ nonzeros }) => nonzeros)).toEqual([6, 0])
  expect(half.notes.join()).toContain('Layer collapse: nothing is left of 1 of 2 layers (small)')
  expect([...((await ask(engine, 'magnitude', 0.75)).masks?.get('small') ?? [])]).toEqual([0, 1, 1, 1, 0, 0])
})

test('an overflowing network is an error, not a mask', async () => {
  const engine: ScoreEngine = {
    ...recorded(cases[0]),
    gradients: () =>
      Promise.resolve(
        new Map(
          cases[0].prunable.map((name) => [
            name,
            new Float64Array(cases[0].params[name].data.length).fill(NaN),
          ]),
        ),
      ),
  }
  await expect(ask(engine, 'snip', 0.1)).rejects.toThrow('overflows')
})

test('largest is a full sort’s choice, ties to the lower index', () => {
  const draw = Stream.root(9)
  for (let round = 0; round < 200; round++) {
    const scores = Float64Array.from({ length: 1 + draw.integer(60) }, () => draw.integer(12))
    const count = draw.integer(scores.length + 1)
    const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b)
    const expected = new Uint8Array(scores.length)
    for (const k of order.slice(0, count)) expected[k] = 1
    expect(largest(scores, count)).toEqual(expected)
  }
})
