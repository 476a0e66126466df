/** Rows held against a row of choice, by brute force over random studies; lines of figures at it. */
import { describe, expect, it } from 'vitest'
import { priceOfSparsity } from '../../../src/shared/figure/figures.ts'
import { referenceRows, referencesIn, targetsIn } from '../../../src/shared/figure/reference-lines.ts'
import { latexCell } from '../../../src/shared/format/latex.ts'
import { shownTable } from '../../../src/shared/format/shown-table.ts'
import { centerOf, limits } from '../../../src/shared/stats/band.ts'
import { compareTable } from '../../../src/shared/stats/compare.ts'
import { bruteMoments, bruteRows, randomStudy } from './oracle.ts'
import type { BruteRow } from './oracle.ts'

const tableOf = (seed: number, reference: string) => {
  const study = randomStudy(seed)
  const asked = { metric: 'test.accuracy', at: 'last', reference } as const
  return { study, table: compareTable({ ...asked, ...study }) }
}
const density = ({ spec }: BruteRow) => spec.sparsity.density
const isBase = ({ spec }: BruteRow) =>
  spec.sparsity.distribution === 'erk' && spec.initialization.scheme === 'base'
const isDense = ({ spec }: BruteRow) => spec.sparsity.distribution === 'dense'

describe('a reference', () => {
  it('that is a scheme is, for each row, the one of equal rest, where there is one alone', () => {
    let held = 0
    for (let seed = 0; seed < 60; seed++) {
      const { study, table } = tableOf(seed, 'ERK-Base')
      const brute = bruteRows(study.entries)
      table.rows.forEach((row, index) => {
        const own = brute[index]
        const found = brute.filter(
          (each) =>
            isBase(each) &&
            each.spec.model.activation === own.spec.model.activation &&
            (isDense(own) || density(each) === density(own)),
        )
        const [one] = found
        if (isBase(own) || found.length !== 1 || one.values.length === 0)
          return expect(row.against).toBeUndefined()
        held += 1
        const difference = bruteMoments(own.values).mean - bruteMoments(one.values).mean
        if (Number.isNaN(difference)) expect(row.against?.difference).toBeNaN()
        else expect(row.against?.difference).toBeCloseTo(difference, 12)
        expect(row.against?.incomplete).toBe(one.values.length < one.expected)
      })
    }
    expect(held).toBeGreaterThan(100)
  })

  it('that is a setting is held against by the same scheme; one row by all', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { study, table } = tableOf(seed, 'relu')
      const brute = bruteRows(study.entries)
      table.rows.forEach(({ against }, index) => {
        if (!against) return
        const of = table.rows.findIndex(({ label }) => label === against.label)
        expect(brute[of].spec).toEqual({
          ...brute[index].spec,
          model: { ...brute[index].spec.model, activation: 'relu' },
          // Steps that one of the two does not set are no difference.
          initialization: {
            ...brute[index].spec.initialization,
            aiSteps: brute[of].spec.initialization.aiSteps,
          },
          seed: brute[of].spec.seed,
        })
        expect(brute[index].spec.model.activation).not.toBe('relu')
      })
      const one = table.rows.find(({ n }) => n > 0)
      if (!one) continue
      const whole = compareTable({
        metric: 'test.accuracy',
        at: 'last',
        ...study,
        reference: one.label,
      })
      for (const row of whole.rows)
        expect(row.against?.label).toBe(row.label === one.label ? undefined : one.label)
      expect(whole.caption).toContain(`mean less the mean of “${one.label}”`)
    }
  })

  it('is a column of the table, and says so where no row is held against it', () => {
    const { table } = tableOf(3, 'ERK-Base')
    const { columns, rows } = shownTable(table)
    const at = columns.findIndex(({ id }) => id === 'delta')
    expect(columns[at].title).toBe('Δ ERK-Base')
    expect(rows.some((cells) => /^[+−]/.test(cells[at].text))).toBe(true)
    const none = tableOf(3, 'Nothing').table
    expect(shownTable(none).columns.some(({ id }) => id === 'delta')).toBe(false)
    expect(none.caption).toContain('No row is held against “Nothing”')
    expect(latexCell({ text: '1', delta: '+2' })).toBe('1 {\\footnotesize $\\Delta$ +2}')
  })
})

describe('lines of figures', () => {
  const { table } = tableOf(3, 'ERK-Base')
  const lines = referenceRows(table, 'std')

  it('stand at every row that is a reference, in the panel that agrees, unless they are too many', () => {
    const wanted = new Set(table.rows.flatMap(({ against }) => against?.label ?? []))
    expect(lines.map(({ y }) => y)).toEqual(
      table.rows.filter(({ label }) => wanted.has(label)).map(({ mean }) => mean),
    )
    const three = ['a', 'b', 'any'].map((value) => ({ label: value, y: 1, labels: { Axis: value } }))
    const inA = referencesIn(three, { key: 'Axis', value: 'a' })
    expect(inA.map(({ label }) => label)).toEqual(['a', 'any'])
    expect(referencesIn([three[0]], { key: 'Axis', value: 'b' })).toHaveLength(1)
    expect(referencesIn([...three, ...three])).toHaveLength(0)
  })

  it('are targets in panels of the same quantity', () => {
    const targets = [{ label: 'Goal', value: 0.9 }]
    expect(targetsIn('validation.accuracy', 'test.accuracy', targets)).toMatchObject([{ y: 0.9 }])
    expect(targetsIn('train.loss', 'test.accuracy', targets)).toEqual([])
  })
})

describe('bands of medians', () => {
  it('have the quartiles of NumPy, and draw the median', () => {
    // numpy.quantile([0.1, 0.9, 0.4, 0.35], [0.25, 0.5, 0.75]) = [0.2875, 0.375, 0.525]
    const values = [0.1, 0.9, 0.4, 0.35]
    expect(limits(values, 'quartiles')[0]).toBeCloseTo(0.2875, 12)
    expect(limits(values, 'quartiles')[1]).toBeCloseTo(0.525, 12)
    expect(centerOf(values, 'quartiles')).toBeCloseTo(0.375, 12)
    expect(limits(values, 'median-range')).toEqual([0.1, 0.9])
    expect(centerOf(values, 'std')).toBeCloseTo(0.4375, 12)
    const { table } = tableOf(3, 'ERK-Base')
    const figure = priceOfSparsity(table, 'quartiles')
    expect(figure.caption).toMatch(/^Lines: median, bands: first to third quartile/)
    const shown = figure.series.flatMap(({ points }) => points.map(({ y }) => y))
    const medians = table.rows.map((row) => centerOf(row.values, 'quartiles'))
    for (const y of shown) expect(medians.some((each) => Object.is(each, y))).toBe(true)
  })
})
