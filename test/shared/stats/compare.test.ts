import { describe, expect, it } from 'vitest'
import type { CompareTable } from '../../../src/shared/contract/lab.ts'
import { groupOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { compareTable, isIncomplete } from '../../../src/shared/stats/compare.ts'
import type { CompareEntry } from '../../../src/shared/stats/compare-input.ts'
import { comparePairs, rowStars } from '../../../src/shared/stats/significance.ts'
import { pairedTest, welchTest } from '../../../src/shared/stats/tests.ts'
import { twoWayTable } from '../../../src/shared/stats/two-way.ts'
import { uniformFrom } from './random.ts'

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
  it('tells where the test set is the validation set', () => {
    const run = (validationFrom: 'test' | 'last', seed: number) =>
      entry({ data: { validationFrom }, seed }, 0.5, {})
    expect(tableOf([run('last', 1)]).caption).not.toContain('validation set')
    expect(tableOf([run('test', 1)]).caption).toContain(
      'seed. The test set is the validation set: what is chosen by validation is chosen on the test set.',
    )
    expect(tableOf([run('test', 1), run('last', 2)]).caption).toContain('Of some rows the test set is')
  })

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

  it('marks no scheme that brings its own masks among rows of the density that it says', () => {
    const of = (scheme: 'sao' | 'base' | 'eoi', value: number) =>
      entry({ sparsity: { density: 0.1, distribution: 'erk' }, initialization: { scheme } }, value, {
        Scheme: scheme,
      })
    const { rows } = tableOf([of('sao', 0.9), of('base', 0.5), of('eoi', 0.6)])
    expect(rows.map((row) => [row.bestOfFamily, row.bestOverall])).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ])
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

  it('lets ties share the mark and never gives it to NaN or infinity', () => {
    const two = (a: number, b: number) =>
      tableOf([entry(sparse(0.1, 'base', 1), a), entry(sparse(0.1, 'eoi', 1), b)]).rows
    expect(two(0.5, 0.5).map((row) => row.bestOfFamily)).toEqual([true, true])
    expect(two(NaN, 0.5).map((row) => row.bestOfFamily)).toEqual([false, true])
    expect(two(NaN, NaN).map((row) => row.bestOverall)).toEqual([false, false])
    expect(two(-Infinity, 0.5).map((row) => row.bestOverall)).toEqual([false, true])
    const losses = (a: number, b: number) => {
      const entries = [entry(sparse(0.1, 'base', 1), a), entry(sparse(0.1, 'eoi', 1), b)]
      const table = tableOf(entries, 'test.loss')
      const named = {
        ...table,
        rows: table.rows.map((row, at) => ({ ...row, labels: { s: `${at}`, d: '1' } })),
      }
      const cells = twoWayTable(named, ['s'], ['d'], 'lower').rows.map((row) => row.cells[0])
      return [
        ...table.rows.map((row) => [row.bestOfFamily, row.bestOverall]),
        cells.map((cell) => cell?.bold || cell?.underlined),
      ]
    }
    const [none, both] = [
      [false, false],
      [true, true],
    ]
    expect(losses(Infinity, Infinity)).toEqual([none, none, none])
    expect(losses(Infinity, NaN)).toEqual([none, none, none])
    expect(losses(Infinity, 0.5)).toEqual([none, both, [false, true]])
  })

  it('says when a value is taken, but not of what was measured before training', () => {
    const known = ['density', 'residual', 'training-operations', 'jacobian-mean', 'operator-singular-max']
    for (const at of ['last', 'best', 'best-validation'] as const) {
      const of = (metric: string): string =>
        compareTable({ metric, at, axes: ['Scheme'], entries: study() }).caption
      expect(of('test.accuracy')).toMatch(/^Test accuracy at .* on MNIST/)
      for (const name of known) {
        const [first] = of(`initialization.${name}`).split(', ')
        expect(first).toMatch(/ on MNIST$/)
        expect(of(`initialization.${name}`)).not.toMatch(
          /at the last evaluation|at its best step|at the step/,
        )
      }
    }
  })

  it('marks incomplete and diverged rows, and nothing as best that a missing run could change', () => {
    const [first, ...others] = study()
    const entries = [
      { ...first, status: 'diverged' as const, divergedAt: 7, value: 0.1 },
      ...others,
      { ...entry(sparse(0.5, 'eoi', 3), 0.99, label(0.5, 'eoi')), status: 'running' as const },
      { ...entry(sparse(0.5, 'eoi', 4), 0.99, label(0.5, 'eoi')), status: 'cancelled' as const },
    ]
    const table = tableOf(entries)
    expect(table.rows.map(isIncomplete)).toEqual([false, false, false, true, false])
    expect(table.rows.map((row) => row.diverged)).toEqual([1, 0, 0, 0, 0])
    expect(table.rows[3]).toMatchObject({
      n: 2,
      expected: 4,
      apart: { running: 1, cancelled: 1 },
      mean: expect.closeTo(0.9, 12),
    })
    expect(table.rows.map((row) => row.bestOfFamily)).toEqual([false, true, false, false, false])
    expect(table.rows.some((row) => row.bestOverall)).toBe(false)
    expect(table.caption).toBe(
      'Test accuracy at the last evaluation on MNIST, mean ± sample standard deviation (n − 1) over 1 to 2 ' +
        'seeds. Bold: best of the rows that differ in initialization only (same model, data, density and ' +
        'distribution). * incomplete: seeds without a result count for nothing (1 running, 1 ' +
        'cancelled), and ' +
        'nothing that they could change is marked as best. † some runs diverged; they count with chance ' +
        '(1 / classes).',
    )
  })

  it('counts a seed once that ran twice or on two backends, by its first run that ended', () => {
    const [one, two] = [entry(sparse(0.1, 'base', 1), 0.5), entry(sparse(0.1, 'base', 2), 0.6)]
    const again = { ...one, id: one.id + 1000, value: 0.7 }
    const failed = { ...two, id: two.id - 1000, value: 0.1, status: 'failed' as const }
    const { rows, caption } = tableOf([failed, again, one, two])
    expect(rows[0]).toMatchObject({ n: 2, expected: 2, repeats: 1, seeds: [2, 1], values: [0.6, 0.5] })
    expect(caption).toContain('counts once: its first run that ended')
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
  const row = (seeds: number[], values: number[]) => ({
    label: seeds.join(),
    seeds,
    values,
    n: seeds.length,
    expected: seeds.length,
  })
  const rows = [row([1, 2, 3], [0.5, 0.6, 0.55]), row([3, 2, 1], [0.7, 0.8, 0.72]), row([8, 9], [0.1, 0.2])]
  const ALL: [number, number][] = [
    [0, 1],
    [0, 2],
    [1, 2],
  ]

  it('pairs by seed where seeds match, else uses Welch, and corrects over all pairs', () => {
    const results = comparePairs(rows, uniformFrom(1), ALL)
    const of = (a: number, b: number) => results.find((each) => each.a === a && each.b === b)
    expect(ALL.map(([a, b]) => of(a, b)?.test)).toEqual(['paired', 'welch', 'welch'])
    expect(of(0, 1)?.p).toBe(pairedTest([0.5, 0.6, 0.55], [0.72, 0.8, 0.7]).p)
    expect(of(0, 2)?.p).toBe(welchTest(rows[0].values, rows[2].values).p)
    const least = results.reduce((a, b) => (a.p < b.p ? a : b))
    expect(least.adjusted).toBeCloseTo(3 * least.p, 12)
    expect(results[0]).toBe(results.find(({ a, b }) => a === least.a && b === least.b))
    for (const { low, high, difference, bootstrap } of results) {
      expect(low).toBeLessThanOrEqual(difference)
      expect(high).toBeGreaterThanOrEqual(difference)
      expect(bootstrap).toBeNull()
    }
  })

  it('takes pairs of choice, and puts a bootstrap beside ten values and more', () => {
    expect(
      comparePairs(rows, uniformFrom(1), [[2, 0]]).map((result) => [result.difference, result.n]),
    ).toEqual([[expect.closeTo(-0.4, 12), [2, 3]]])
    const seeds = Array.from({ length: 10 }, (_, index) => index)
    const many = [
      row(
        seeds,
        seeds.map((seed) => seed / 10),
      ),
      row(
        seeds,
        seeds.map((seed) => (seed * seed) / 90),
      ),
    ]
    const [{ bootstrap }] = comparePairs(many, uniformFrom(1), [[0, 1]])
    expect(bootstrap?.[0]).toBeLessThan(bootstrap?.[1] ?? NaN)
  })

  it('pairs by density and seed where a row averages over densities, and else takes one value a seed', () => {
    const units = ['[1,"0.1"]', '[1,"0.5"]', '[2,"0.1"]', '[2,"0.5"]']
    const averaged = { ...row([1, 1, 2, 2], [0.1, 0.2, 0.3, 0.5]), units }
    const other = { ...row([1, 1, 2, 2], [0.2, 0.4, 0.4, 0.9]), units }
    const dense = row([1, 2], [0.9, 0.8])
    const [paired, welch] = [
      comparePairs([averaged, other], uniformFrom(1), [[0, 1]])[0],
      comparePairs([averaged, dense], uniformFrom(1), [[0, 1]])[0],
    ]
    expect([paired.test, paired.n, paired.p]).toEqual([
      'paired',
      [4, 4],
      pairedTest(averaged.values, other.values).p,
    ])
    expect([welch.test, welch.n]).toEqual(['welch', [2, 2]])
    expect(welch.p).toBeCloseTo(welchTest([0.15, 0.4], dense.values).p, 12)
  })

  it('gives stars to a row that is better than all it was tested against, by its weakest test', () => {
    const seeds = [1, 2, 3, 4, 5]
    const noise = [0.001, -0.002, 0.003, 0, -0.001]
    const at = (mean: number, turn: number) =>
      row(
        seeds,
        noise.map((each, index) => mean + each * (index % 2 === turn ? 1 : -1)),
      )
    const three = [at(0.9, 0), at(0.8, 1), at(0.5, 0)]
    const tests = comparePairs(three, uniformFrom(1), ALL)
    expect(rowStars(3, tests, 'higher', null)).toEqual([3, 0, 0])
    expect(rowStars(3, tests, 'lower', null)).toEqual([0, 0, 3])
    expect(rowStars(3, tests, null, null)).toEqual([0, 0, 0])
    const half = comparePairs([{ ...three[0], expected: 6 }, three[1]], uniformFrom(1), [[0, 1]])
    expect(rowStars(2, half, 'higher', null)).toEqual([0, 0])
    const against = comparePairs(three, uniformFrom(1), [
      [0, 2],
      [1, 2],
    ])
    expect(rowStars(3, against, 'higher', (index) => index === 2)).toEqual([3, 3, 0])
  })
})

describe('dense references', () => {
  it('are the whole network and the dense one of the nearest size, whatever the axes are called', () => {
    const dense = (widthMultiplier: number, parameters: number) => ({
      ...entry({ model: { widthMultiplier } }, 0.9, { How: `Dense ${widthMultiplier}` }),
      parameters,
    })
    const other = {
      ...entry({ model: { activation: 'relu' } }, 0.7, { How: 'Dense relu' }),
      parameters: 2000,
    }
    const row = { ...entry(sparse(0.1, 'eoi', 1), 0.8, { How: 'mine' }), parameters: 100 }
    const { rows } = compareTable({
      metric: 'test.accuracy',
      at: 'last',
      axes: ['How'],
      entries: [row, dense(0.3, 120), dense(0.7, 400), dense(1, 1000), other],
    })
    expect(rows.map(({ references }) => references)).toEqual([
      { dense: 3, sameSize: 1 },
      ...Array.from({ length: 4 }, () => ({ dense: null, sameSize: null })),
    ])
  })
})

describe('places on a density axis', () => {
  it('are the density reached, and of a dense network as large as sparse ones theirs', () => {
    const asked = { ...entry(sparse(0.1, 'eoi', 1), 0.8, label(0.1, 'eoi')), density: 0.12 }
    const small = {
      ...entry({ model: { widthMultiplier: 0.3 } }, 0.7, { Density: '0.1', Scheme: 'Dense' }),
      density: 1,
    }
    const whole = { ...entry({}, 0.9, { Density: 'any', Scheme: 'Dense' }), density: 1 }
    const axisFields = { Density: ['sparsity.density'], Scheme: ['sparsity.distribution'] }
    const { rows } = compareTable({
      metric: 'test.accuracy',
      at: 'last',
      axes: ['Density', 'Scheme'],
      axisFields,
      entries: [asked, small, whole],
    })
    expect(rows.map((row) => row.place ?? row.density)).toEqual([0.12, 0.12, 1])
    expect(rows.map(({ line }) => line)).toEqual(['ERK-EOI', 'Dense', 'Dense'])
  })
})
