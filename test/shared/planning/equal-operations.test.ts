import { describe, expect, it } from 'vitest'
import { costOfRun } from '../../../src/shared/planning/equal-operations.ts'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import type { Axis, StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { settingOf } from '../../../src/shared/stats/scheme-fields.ts'
import { budgetLines, budgetText } from '../../../src/shared/studies/budget-text.ts'
import { parseBudget } from '../../../src/shared/studies/budget.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'

const METHOD: Axis = {
  name: 'Method',
  points: [
    { label: 'ERK', set: { 'sparsity.distribution': 'erk' } },
    { label: 'RigL', set: { 'sparsity.distribution': 'erk', 'dynamic.method': 'rigl' } },
    { label: 'IMP', set: { 'dynamic.method': 'imp', 'dynamic.rewindStep': 3 } },
    {
      label: 'Dense',
      set: { 'sparsity.distribution': 'dense', 'sparsity.density': 1 },
    },
  ],
}
const DENSITY: Axis = {
  name: 'Density',
  points: [0.05, 0.2].map((density) => ({ label: String(density), set: { 'sparsity.density': density } })),
}
const study = (given: Partial<StudyInput>) =>
  parseStudy({
    id: 'equal',
    title: 'Equal cost',
    base: { model: { depth: 4, width: 50 }, data: { limit: 6400, validationFrom: 'last' } },
    axes: [DENSITY, METHOD],
    seeds: [1, 2],
    ...given,
  })

describe('rows of equal cost', () => {
  it('take the operations of the row that is named, and that row stays as it is', () => {
    const equal = expandStudy(study({ budget: { row: { Method: 'Dense' } } }))
    const epochs = expandStudy(study({}))
    expect(equal.problems).toEqual([])
    expect(equal.runs.map(({ labels }) => labels)).toEqual(epochs.runs.map(({ labels }) => labels))
    // 50 steps of 128, all of 784·50 + 3·50² + 500 weights.
    const dense = 50 * 128 * 6 * (784 * 50 + 3 * 2500 + 500)
    const known = new Set(epochs.runs.map(({ identity }) => identity))
    for (const { spec, identity, labels } of equal.runs) {
      if (labels['Method'] === 'Dense') {
        expect(known).toContain(identity)
        continue
      }
      expect(known).not.toContain(identity)
      const cost = costOfRun(spec)
      const { steps, operations } = spec.training
      expect(operations).toBe(dense)
      // No other number of steps is nearer.
      const off = (at: number) => Math.abs(cost.operations(at) - dense)
      expect(off(steps)).toBeLessThanOrEqual(Math.min(off(steps - 1), off(steps + 1)))
    }
    const [sparse] = equal.budget
    expect(sparse.labels).toEqual({ Density: '0.05', Method: 'ERK' })
    expect(sparse.operations / dense).toBeCloseTo(1, 2)
    expect(sparse.steps).toBe(1000)
  })

  it('say which row is meant where several are called so', () => {
    const perDensity = expandStudy(
      study({
        axes: [DENSITY, { ...METHOD, points: METHOD.points.slice(0, 2) }],
        budget: { row: { Method: 'ERK' } },
      }),
    )
    const budgets = perDensity.budget.map(({ budget }) => budget)
    expect(budgets[0]).toBe(budgets[1])
    expect(budgets[2]).toBeGreaterThan(3 * budgets[0])
    const unclear = expandStudy(study({ budget: { row: { Method: 'ERK' } } }))
    expect(unclear.failed).toBe(true)
    expect(unclear.problems[0]).toMatch(/more than one row for .*Method: Dense; name Density too/)
    const unknown = expandStudy(study({ budget: { row: { Method: 'SNIP' } } }))
    expect(unknown.problems[0]).toMatch(/no row of this study is called Method: SNIP/)
  })

  it('say what cannot be planned', () => {
    const small = expandStudy(study({ budget: { operations: 1e8 } }))
    expect(small.problems[0]).toMatch(
      /Method: IMP: The budget of operations would take fewer than its least, 4 a round/,
    )
    const base = { data: { name: 'image-folder', path: '/x' }, model: { depth: 4, width: 50 } }
    const folder = expandStudy(study({ base, budget: { row: { Method: 'Dense' } } }))
    expect(folder.problems[0]).toMatch(/give the budget as a number/)
    const mask = { initialization: { scheme: 'file', file: { path: '/x.npz' } } }
    const file = expandStudy(study({ base: mask, axes: [], budget: { operations: 1e12 } }))
    expect(file.problems.join()).toMatch(/File brings its masks/)
  })

  it('tell their steps in the plan and in the caption, and how far the count is off', () => {
    const { budget } = expandStudy(study({ budget: { row: { Method: 'Dense' } } }))
    expect(budgetLines(budget)[0]).toBe('0.05 · ERK: 1,000 steps, 1.8 G operations')
    const rows = budget.map(({ labels, operations }) => ({
      label: labels['Method'],
      operations: labels['Method'] === 'IMP' ? 1.012 * operations : operations,
    }))
    const caption = budgetText(
      rows,
      budget.map(({ spec }) => spec),
    )
    expect(caption).toMatch(
      /^6 of 7 rows train for equal operations in place of equal epochs \(1.8 G, off by/,
    )
    expect(caption).toMatch(/ERK 1,000, RigL \d+, IMP \d+, ERK \d+/)
    // What differs by the budget is no setting that keeps schemes from being compared.
    const lengths = budget.map(({ spec }) => settingOf(spec, 'training.steps'))
    expect(new Set(lengths)).toEqual(new Set([null]))
  })

  it('are written as a number or as labels', () => {
    expect(parseBudget('1e13')).toEqual({ operations: 1e13 })
    expect(parseBudget('Method=Dense, same size, Density = 0.1')).toEqual({
      row: { Method: 'Dense, same size', Density: '0.1' },
    })
    for (const wrong of ['', 'Dense', '-1', 'Method=']) expect(() => parseBudget(wrong)).toThrow(/no budget/)
    expect(() => study({ budget: {} })).toThrow(/one of them/)
  })
})
