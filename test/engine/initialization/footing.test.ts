import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { keepBest } from '../../../src/engine/density/choose.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { fromMasks } from '../../../src/engine/density/kernels.ts'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { initializeModel } from '../../../src/engine/train/initialize.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { problems } from '../../../src/shared/spec/problems.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { schemeName } from '../../../src/shared/spec/scheme-name.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'

const WIDTH = 64

function specOf(initialization: RunSpecInput['initialization'], density = 0.125) {
  return parseSpec({
    model: { depth: 3, width: WIDTH },
    sparsity: { distribution: 'uniform', density },
    initialization: { gain: 1.3, saoDegree: 8, ...initialization },
  })
}

/** The middle kernel; with `scored` its positions are the first of the entries, as scores might choose. */
async function middle(initialization: RunSpecInput['initialization'], scored = false, density = 0.125) {
  const spec = specOf(initialization, density)
  const graph = buildModel(spec.model, [96], 10)
  const parameters = parametersOf(graph)
  const kernels = parameters.filter(({ maskable }) => maskable)
  const request = {
    kernels,
    density,
    variant: 'literature' as const,
    stream: Stream.root(1).split('density'),
  }
  const first = new Map(
    kernels.map(({ name, shape }) => {
      const entries = shape[0] * shape[1]
      return [name, Uint8Array.from({ length: entries }, (_, k) => (k < entries * density ? 1 : 0))]
    }),
  )
  const { state, isometryLoss } = await initializeModel({
    graph,
    parameters,
    spec,
    densities: scored ? fromMasks(kernels, first) : await densities('uniform', request),
    stream: Stream.root(1).split('initialization'),
    backend: referenceBackend,
  })
  const values = Float64Array.from(state.parameters.get('hidden2.kernel') ?? [])
  const mask = state.masks.get('hidden2.kernel') ?? new Uint8Array(0)
  for (let k = 0; k < mask.length; k++) if (mask[k] === 0) expect(values[k]).toBe(0)
  const square = values.reduce((sum, value) => sum + value * value, 0)
  return { values, mask, square, isometryLoss, first: first.get('hidden2.kernel') ?? mask }
}

/** Largest |(WᵀW)_st − σ²·δ_st|. */
function residual(values: Float64Array, sigma: number): number {
  let worst = 0
  for (let s = 0; s < WIDTH; s++)
    for (let t = s; t < WIDTH; t++) {
      let sum = s === t ? -sigma * sigma : 0
      for (let k = 0; k < WIDTH; k++) sum += values[k * WIDTH + s] * values[k * WIDTH + t]
      worst = Math.max(worst, Math.abs(sum))
    }
  return worst
}

describe('scaled Base', () => {
  test('is Base times 1/√d, so that a layer keeps the variance σ_w² that masking took', async () => {
    for (const density of [0.05, 0.125, 0.5]) {
      const base = await middle({ scheme: 'base' }, false, density)
      const scaled = await middle({ scheme: 'scaled-base' }, false, density)
      expect(scaled.mask).toEqual(base.mask)
      const reached = countOnes(base.mask) / base.mask.length
      scaled.values.forEach((value, k) => expect(value).toBeCloseTo(base.values[k] / Math.sqrt(reached), 12))
      // Var·fan-in of an orthogonal matrix is σ_w²; a masked one of it has about d times that.
      expect(Math.abs(scaled.square / WIDTH / 1.3 ** 2 - 1)).toBeLessThan(0.3)
      expect(Math.abs(base.square / WIDTH / 1.3 ** 2 / density - 1)).toBeLessThan(0.3)
    }
  })
})

describe('AI to a residual', () => {
  test('ends where every layer is below it, before all steps are done', async () => {
    const ai = { scheme: 'ai', aiSteps: 300, aiRate: 0.05 } as const
    const whole = await middle(ai, false, 0.5)
    expect(whole.isometryLoss).toHaveLength(301)
    const bound = 0.9
    const to = await middle({ ...ai, aiResidual: bound }, false, 0.5)
    expect(to.isometryLoss.length).toBeLessThan(301)
    expect(residual(to.values, 1.3)).toBeLessThanOrEqual(bound)
  })

  test('is told in the name', () => {
    const named = (more: object) => schemeName(specOf({ scheme: 'ai', ...more }))
    expect(named({ aiResidual: 0.1 })).toBe('Uniform-AI (to residual 0.1)')
    expect(named({ aiResidual: 0.1, aiSteps: 500 })).toBe('Uniform-AI (to residual 0.1, 500 steps)')
  })
})

describe('sanity rows', () => {
  test('shuffled: as many random positions a layer in place of those that scores chose', async () => {
    const own = await middle({ scheme: 'base' }, true)
    const shuffled = await middle({ scheme: 'base', sanity: 'shuffled' }, true)
    expect(own.mask).toEqual(own.first)
    expect(countOnes(shuffled.mask)).toBe(countOnes(own.mask))
    const shared = own.mask.filter((bit, k) => bit === 1 && shuffled.mask[k] === 1).length
    // Independent positions share a fraction d, here an eighth, give or take 5 deviations.
    expect(Math.abs(shared / countOnes(own.mask) - 0.125)).toBeLessThan(5 * Math.sqrt(0.11 / 512))
  })

  test('redrawn: the same positions, other values of the same variance', async () => {
    for (const scheme of ['base', 'scaled-base', 'fan-in', 'eoi', 'sao'] as const) {
      const own = await middle({ scheme })
      const redrawn = await middle({ scheme, sanity: 'redrawn' })
      expect(redrawn.mask).toEqual(own.mask)
      const others = new Set(redrawn.values)
      const same = own.values.filter((value) => value !== 0 && others.has(value))
      expect(same.length).toBeLessThan(5)
      expect(Math.abs(redrawn.square / own.square - 1)).toBeLessThan(0.35)
    }
  })

  test('EOI with shuffled positions keeps density and variance and loses orthogonality', async () => {
    const own = await middle({ scheme: 'eoi' })
    const shuffled = await middle({ scheme: 'eoi', sanity: 'shuffled' })
    expect(residual(own.values, 1.3)).toBeLessThan(1e-12)
    expect(residual(shuffled.values, 1.3)).toBeGreaterThan(0.5)
    expect(countOnes(shuffled.mask)).toBe(countOnes(own.mask))
    expect(shuffled.square).toBeCloseTo(own.square, 9)
    expect(shuffled.values.slice().sort()).toEqual(own.values.slice().sort())
  })

  test('inverted: the lowest scores are kept', () => {
    expect([...keepBest(Float64Array.of(3, 1, 2, 5), 2)]).toEqual([1, 0, 0, 1])
    expect([...keepBest(Float64Array.of(3, 1, 2, 5), 2, true)]).toEqual([0, 1, 1, 0])
  })

  test('are told in names and labels, and where they change nothing', () => {
    const name = (input: RunSpecInput) => schemeName(parseSpec(input))
    const snip = { distribution: 'snip' as const, density: 0.1 }
    expect(name({ sparsity: { ...snip, inverted: true } })).toBe('SNIP-Base (scores inverted)')
    expect(name({ sparsity: snip, initialization: { sanity: 'shuffled' } })).toBe('SNIP-Base (shuffled)')
    expect(name({ sparsity: snip, initialization: { scheme: 'eoi', sanity: 'redrawn' } })).toBe(
      'SNIP-EOI (redrawn)',
    )
    const erk = parseSpec({ sparsity: { distribution: 'erk', density: 0.1, inverted: true } })
    expect(problems(erk).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/takes no scores to invert/),
    )
  })
})
