/** The choice between backends: what is measured, what is estimated, and that it holds still. */
import { describe, expect, it } from 'vitest'
import { candidateOf, choiceText, NO_RATES, rank } from '../../../src/engine/train/choice.ts'
import type { MeasuredRate, Rates } from '../../../src/engine/train/choice.ts'
import { modelledMs, stepWork } from '../../../src/engine/train/cost.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'

const { model } = parseSpec({ model: { name: 'mlp', depth: 3, width: 10 } })
const graph = buildModel(model, [4], 2)
const work = stepWork(graph, 8, (kernel) => (kernel === 'hidden1.kernel' ? 5 : undefined))

function rates(exact: Record<string, MeasuredRate>, others: Record<string, MeasuredRate[]> = {}): Rates {
  return { ...NO_RATES, exact: (name) => exact[name], others: (name) => others[name] ?? [] }
}

const measured = (stepMs: number, modelMs = 1, kind: 'dense' | 'conv' = 'dense'): MeasuredRate => ({
  stepMs,
  modelMs,
  kind,
  day: '2026-11-23',
})

describe('stepWork', () => {
  it('counts three products a weight and example, kept ones apart', () => {
    const kernels = graph.nodes.filter(({ kind }) => kind === 'dense').length
    const sizes = [4 * 10, ...Array.from({ length: kernels - 2 }, () => 10 * 10), 10 * 2]
    const products = 3 * 8 * sizes.reduce((sum, size) => sum + size, 0)
    expect(work).toMatchObject({ kind: 'dense', products, kept: products - 3 * 8 * (40 - 5) })
  })

  it('multiplies a kernel of a convolution by the places where it is applied', () => {
    const image = buildModel(parseSpec({ model: { name: 'resnet', depth: 20 } }).model, [32, 32, 3], 10)
    const { kind, products } = stepWork(image, 1, () => undefined)
    // ResNet-20 multiplies 40.55 million times on an image of CIFAR (He et al. 2016; projections add little).
    expect(kind).toBe('conv')
    expect(products / 3).toBeGreaterThan(40.5e6)
    expect(products / 3).toBeLessThan(41.5e6)
  })

  it('makes the cost of sparse alone fall with the density', () => {
    const dense = stepWork(graph, 8, () => undefined)
    expect(modelledMs('sparse', work, false)).toBeLessThan(modelledMs('sparse', dense, false))
    expect(modelledMs('tensorflow', work, false)).toBe(modelledMs('tensorflow', dense, false))
  })
})

describe('candidateOf', () => {
  it('takes what was measured for the very work', () => {
    const known = rates({ sparse: measured(3) })
    expect(candidateOf('sparse', work, known)).toMatchObject({
      stepMs: 3,
      how: 'measured',
      day: '2026-11-23',
    })
  })

  it('scales the model by the measured work of the same kind that is most alike', () => {
    const modelMs = modelledMs('sparse', work, false)
    const others = [
      measured(1, modelMs * 1e3),
      measured(modelMs * 8, modelMs * 2),
      measured(9, modelMs, 'conv'),
    ]
    const found = candidateOf('sparse', work, rates({}, { sparse: others }))
    expect(found).toMatchObject({ how: 'estimated', day: '2026-11-23' })
    expect(found.stepMs).toBeCloseTo(modelMs * 4, 12)
  })

  it('takes a machine that is slow with another backend to be slow with this one', () => {
    const found = candidateOf('tensorflow', work, rates({ sparse: measured(7, 2) }), ['sparse', 'tensorflow'])
    expect(found).toMatchObject({ how: 'estimated', day: null })
    expect(found.stepMs).toBeCloseTo(3.5 * modelledMs('tensorflow', work, false), 12)
  })

  it('says of a machine that is not known that it is estimated from nothing', () => {
    expect(candidateOf('tensorflow', work, NO_RATES)).toMatchObject({ how: 'estimated', day: null })
  })
})

describe('rank', () => {
  const candidate = (name: string, stepMs: number, how: 'measured' | 'estimated') =>
    ({ name, stepMs, how, day: null }) as const
  const first = (...all: ReturnType<typeof candidate>[]): string => rank(all)[0].name

  it('puts the fastest first', () => {
    expect(first(candidate('a', 2, 'measured'), candidate('b', 1, 'measured'))).toBe('b')
    expect(first(candidate('a', 2, 'estimated'), candidate('b', 1, 'estimated'))).toBe('b')
  })

  it('leaves a measured backend for an estimate only when it promises much more', () => {
    expect(first(candidate('a', 10, 'measured'), candidate('b', 8, 'estimated'))).toBe('a')
    expect(first(candidate('a', 10, 'measured'), candidate('b', 6, 'estimated'))).toBe('b')
  })
})

describe('choiceText', () => {
  it('tells times, how they are known, and who cannot', () => {
    const text = choiceText(
      [
        { name: 'sparse', stepMs: 41.2, how: 'measured', day: '2026-11-23' },
        { name: 'tensorflow', stepMs: 190, how: 'estimated', day: null },
      ],
      [{ name: 'abacus', reasons: ['it has ten beads', 'it is wood'] }],
    )
    expect(text).toBe(
      'Backend chosen: sparse, 41 ms a step (measured 2026-11-23) against tensorflow’s 190 ms (estimated). ' +
        'abacus cannot run this: it has ten beads; it is wood.',
    )
  })
})
