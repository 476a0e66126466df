import { describe, expect, it } from 'vitest'
import type { CompareTable } from '../../../src/shared/contract/lab.ts'
import { groupOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { compareTable, isIncomplete } from '../../../src/shared/stats/compare.ts'
import type { CompareEntry } from '../../../src/shared/stats/compare-input.ts'
import { comparePairs } from '../../../src/shared/stats/significance.ts'
import { pairedTest, welchTest } from '../../../src/shared/stats/tests.ts'
import { messyValue, uniformFrom } from './random.ts'

let nextId = 1
function entry(spec: RunSpecInput, value: number | null, labels: Record<string, string> = {}): CompareEntry {
  const parsed = parseSpec(spec)
  return {
    id: nextId++,
    group: groupOf(parsed),
    labels,
    spec: parsed,
    value,
    status: 'finished',
    divergedAt: null,
    parameters: 100,
    density: 0.1,
  }
}
const sparse = (density: number, scheme: 'base' | 'eoi' | 'ai', seed: number): RunSpecInput => ({
  sparsity: { density, distribution: 'erk' },
  initialization: { scheme },
  seed,
})
const label = (density: number, scheme: string) => ({
  Density: String(density),
  Scheme: `ERK-${scheme.toUpperCase()}`,
})

function study(): CompareEntry[] {
  const values = {
    '0.1 base': [0.5, 0.6],
    '0.1 eoi': [0.8, 0.7],
    '0.5 base': [0.9, 0.92],
    '0.5 eoi': [0.91, 0.89],
  }
  const entries = Object.entries(values).flatMap(([key, pair]) =>
    pair.map((value, index) => {
      const [density, scheme] = key.split(' ')
      return entry(
        sparse(Number(density), scheme === 'eoi' ? 'eoi' : 'base', index + 1),
        value,
        label(Number(density), scheme),
      )
    }),
  )
  return [...entries, entry({ seed: 1 }, 0.95, { Density: 'any', Scheme: 'Dense' })]
}
const tableOf = (entries: readonly CompareEntry[], metric = 'test.accuracy'): CompareTable =>
  compareTable({ metric, at: 'last', axes: ['Density', 'Scheme'], entries })

describe('compareTable', () => {
  it('has a row per group with n, mean, sample deviation, seeds and runs', () => {
    const table = tableOf(study())
    expect(table.rows.map((row) => [row.label, row.n])).toEqual([
      ['0.1 · ERK-BASE', 2],
      ['0.1 · ERK-EOI', 2],
      ['0.5 · ERK-BASE', 2],
      ['0.5 · ERK-EOI', 2],
      ['any · Dense', 1],
    ])
    expect(table.rows[0]).toMatchObject({
      mean: expect.closeTo(0.55, 12),
      std: expect.closeTo(Math.sqrt(0.005), 12),
      min: 0.5,
      max: 0.6,
      seeds: [1, 2],
      values: [0.5, 0.6],
      scheme: 'ERK-Base',
      parameters: 100,
      density: 0.1,
    })
    expect(table.rows[4].std).toBeNull()
  })

  it('marks the best of rows that differ in initialization only, and the best of the model', () => {
    const { rows } = tableOf(study())
    expect(rows.map((row) => row.bestOfFamily)).toEqual([false, true, true, false, false])
    expect(rows.map((row) => row.bestOverall)).toEqual([false, false, false, false, true])
    const losses = tableOf(study(), 'validation.loss')
    expect(losses.rows.map((row) => row.bestOfFamily)).toEqual([true, false, false, true, false])
    expect(
      tableOf(study(), 'initialization.jacobian-mean').rows.some(
        (row) => row.bestOfFamily || row.bestOverall,
      ),
    ).toBe(false)
  })

  it('lets ties share the mark and never gives it to NaN', () => {
    const two = (a: number, b: number) =>
      tableOf([entry(sparse(0.1, 'base', 1), a), entry(sparse(0.1, 'eoi', 1), b)]).rows
    expect(two(0.5, 0.5).map((row) => row.bestOfFamily)).toEqual([true, true])
    expect(two(NaN, 0.5).map((row) => row.bestOfFamily)).toEqual([false, true])
    expect(two(NaN, NaN).map((row) => row.bestOverall)).toEqual([false, false])
    expect(two(-Infinity, 0.5).map((row) => row.bestOverall)).toEqual([false, true])
  })

  it('equals brute force on random values with gaps, NaN, infinities and single runs', () => {
    for (let seed = 0; seed < 60; seed++) {
      const uniform = uniformFrom(seed)
      const entries = Array.from({ length: 40 }, (_, index) =>
        entry(
          sparse(
            [0.1, 0.2, 0.5][Math.floor(uniform() * 3)],
            (['base', 'ai', 'eoi'] as const)[Math.floor(uniform() * 3)],
            index,
          ),
          messyValue(uniform, 0.06),
        ),
      )
      const { rows } = tableOf(entries)
      const byFamily = new Map<number, number[]>()
      for (const row of rows) {
        const own = entries.filter((each) => each.group === row.group)
        const values = own.flatMap((each) => (each.value === null ? [] : [each.value]))
        expect([row.n, row.expected, row.values]).toEqual([values.length, own.length, values])
        const plain = values.reduce((a, b) => a + b, 0) / values.length
        if (Number.isFinite(plain)) expect(row.mean).toBeCloseTo(plain, 12)
        else expect(row.mean).toBe(plain)
        const density = own[0].spec.sparsity.density
        byFamily.set(density, [...(byFamily.get(density) ?? []), row.mean])
      }
      for (const row of rows) {
        const means =
          byFamily.get(entries.find((each) => each.group === row.group)?.spec.sparsity.density ?? 0) ?? []
        const best = Math.max(...means.filter((value) => !Number.isNaN(value)))
        expect(row.bestOfFamily).toBe(means.length >= 2 && row.mean === best)
      }
    }
  })

  it('marks incomplete and diverged rows and says so', () => {
    const entries = study()
    const expected = new Map(entries.map((each) => [each.group, 2]))
    const diverged = entries.map((each, index) =>
      index === 0 ? { ...each, status: 'diverged' as const, divergedAt: 7 } : each,
    )
    const table = compareTable({
      metric: 'test.accuracy',
      at: 'last',
      axes: ['Density', 'Scheme'],
      entries: diverged,
      expected,
    })
    expect(table.rows.map(isIncomplete)).toEqual([false, false, false, false, true])
    expect(table.rows.map((row) => row.diverged)).toEqual([1, 0, 0, 0, 0])
    expect(table.caption).toBe(
      'Test accuracy at the last evaluation on MNIST, mean ± sample standard deviation (n − 1) over 1 to 2 ' +
        'seeds. Bold: best of the rows that differ in initialization only (same model, data, density and ' +
        'distribution). ' +
        'Underlined: best of the model on its data. * incomplete: runs of the grid are missing. † some ' +
        'runs diverged.',
    )
  })

  it('lists fields that differ first and folds the equal ones, over the rows shown', () => {
    const { differences, equal, rows } = tableOf(study())
    expect(differences.map((each) => each.path)).toEqual([
      'sparsity.density',
      'sparsity.distribution',
      'initialization.scheme',
    ])
    expect(differences[0].values).toEqual(['0.1', '0.1', '0.5', '0.5', '1'])
    expect(differences.every((each) => each.values.length === rows.length)).toBe(true)
    expect(equal.some((each) => each.path === 'seed')).toBe(false)
    expect(equal).toContainEqual({ path: 'training.milestones', value: '0.5, 0.75' })
  })

  it('names rows chosen by hand after their scheme and what differs', () => {
    const { rows } = compareTable({
      metric: 'test.loss',
      at: 'best',
      axes: [],
      entries: study().map((each) => ({ ...each, labels: {} })),
    })
    expect(rows.map((row) => row.label)).toEqual([
      'ERK-Base · density 0.1',
      'ERK-EOI · density 0.1',
      'ERK-Base · density 0.5',
      'ERK-EOI · density 0.5',
      'Dense · density 1',
    ])
  })

  it('takes an empty choice', () => {
    expect(tableOf([])).toMatchObject({ rows: [], differences: [], equal: [], caption: 'No runs.' })
  })
})

describe('comparePairs', () => {
  const rows = [
    { seeds: [1, 2, 3], values: [0.5, 0.6, 0.55] },
    { seeds: [3, 2, 1], values: [0.7, 0.8, 0.72] },
    { seeds: [8, 9], values: [0.1, 0.2] },
  ]

  it('pairs by seed where seeds match, else uses Welch, and corrects over all pairs', () => {
    const results = comparePairs(rows, uniformFrom(1))
    expect(results.map(({ a, b, test }) => [a, b, test])).toEqual([
      [0, 1, 'paired'],
      [0, 2, 'welch'],
      [1, 2, 'welch'],
    ])
    expect(results[0].p).toBe(pairedTest([0.5, 0.6, 0.55], [0.72, 0.8, 0.7]).p)
    expect(results[1].p).toBe(welchTest(rows[0].values, rows[2].values).p)
    const least = results.reduce((a, b) => (a.p < b.p ? a : b))
    expect(least.adjusted).toBeCloseTo(3 * least.p, 12)
    for (const { low, high, difference } of results) {
      expect(low).toBeLessThanOrEqual(difference)
      expect(high).toBeGreaterThanOrEqual(difference)
    }
  })

  it('takes pairs of choice', () => {
    expect(
      comparePairs(rows, uniformFrom(1), [[2, 0]]).map((result) => [result.difference, result.n]),
    ).toEqual([[expect.closeTo(-0.4, 12), [2, 3]]])
  })
})
