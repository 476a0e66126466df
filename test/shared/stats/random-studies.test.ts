/**
 * Random studies with everything that befalls runs, held against brute force: every number and every
 * test.
 */
import { describe, expect, it } from 'vitest'
import { compareTable, isIncomplete } from '../../../src/shared/stats/compare.ts'
import { familyPairs } from '../../../src/shared/stats/families.ts'
import { comparePairs } from '../../../src/shared/stats/significance.ts'
import { twoSidedP } from '../../../src/shared/stats/student.ts'
import { areComparable, bruteMoments, bruteRows, randomStudy } from './oracle.ts'
import { uniformFrom } from './random.ts'

const STUDIES = Array.from({ length: 150 }, (_, seed) => seed)
const same = (a: number, b: number) => (Number.isNaN(b) ? expect(a).toBeNaN() : expect(a).toBeCloseTo(b, 12))

function tableOf(seed: number) {
  const study = randomStudy(seed)
  const { axes, axisFields, entries } = study
  return { study, table: compareTable({ metric: 'test.accuracy', at: 'last', axes, axisFields, entries }) }
}

describe('the comparison of random studies', () => {
  it('has the numbers of brute force: each seed once, only runs that ended', () => {
    for (const seed of STUDIES) {
      const { study, table } = tableOf(seed)
      const expected = bruteRows(study.entries)
      expect(table.rows.map(({ group }) => group)).toEqual(expected.map(({ group }) => group))
      table.rows.forEach((row, index) => {
        const brute = expected[index]
        const { mean, std } = bruteMoments(brute.values)
        const { seeds, values, runs, apart, missing, repeats } = row
        expect({ seeds, values, runs, apart, missing, repeats, expected: row.expected }).toEqual({
          seeds: brute.seeds,
          values: brute.values,
          runs: brute.runs,
          apart: brute.apart,
          missing: brute.missing,
          repeats: brute.repeats,
          expected: brute.expected,
        })
        expect(row.n).toBe(new Set(row.seeds).size)
        same(row.mean, mean)
        if (std === null) expect(row.std).toBeNull()
        else same(row.std ?? NaN, std)
        const left = Object.values(brute.apart).reduce((a, b) => a + b, 0) + brute.missing
        expect(row.n + left).toBe(row.expected)
      })
    }
  })

  it('marks the best of a family and of a model, and nothing that a missing run could change', () => {
    for (const seed of STUDIES) {
      const { study, table } = tableOf(seed)
      const brute = bruteRows(study.entries)
      const whole = brute.map(
        (row) =>
          row.values.length === row.expected || (row.values.length === 0 && row.missing === row.expected),
      )
      expect(table.rows.map((row) => !isIncomplete(row))).toEqual(whole)
      const best = (members: number[], index: number) => {
        const means = members
          .map((each) => bruteMoments(brute[each].values).mean)
          .filter((mean) => Number.isFinite(mean))
        const own = bruteMoments(brute[index].values).mean
        const complete = members.every((each) => whole[each])
        return (
          members.length > 1 && complete && Number.isFinite(own) && means.every((mean) => mean <= own + 1e-12)
        )
      }
      table.rows.forEach((row, index) => {
        const { spec } = brute[index]
        const family: number[] = []
        const model: number[] = []
        brute.forEach((other, place) => {
          if (other.spec.model.activation !== spec.model.activation) return
          model.push(place)
          if (JSON.stringify(other.spec.sparsity) === JSON.stringify(spec.sparsity)) family.push(place)
        })
        expect(row.bestOfFamily).toBe(best(family, index))
        expect(row.bestOverall).toBe(best(model, index))
      })
    }
  })

  it('tests the pairs that differ in the scheme alone, whatever the axes are called', () => {
    for (const seed of STUDIES) {
      const { study, table } = tableOf(seed)
      const brute = bruteRows(study.entries)
      const pairs: string[] = []
      brute.forEach((a, i) =>
        brute.forEach((b, j) => {
          if (i < j && areComparable(a, b)) pairs.push(`${i} ${j}`)
        }),
      )
      const rows = table.rows.map((row, index) => ({ ...row, specs: [brute[index].spec] }))
      for (const axisFields of [study.axisFields, undefined]) {
        const found = familyPairs(rows, 'schemes', undefined, axisFields)
        expect(found.map(([a, b]) => `${a} ${b}`)).toEqual(pairs)
      }
      const base = familyPairs(rows, 'baseline', 'ERK-Base', study.axisFields)
      expect(base.map(([a, b]) => `${a} ${b}`)).toEqual(
        pairs.filter((pair) =>
          pair
            .split(' ')
            .some(
              (index) =>
                brute[Number(index)].spec.initialization.scheme === 'base' &&
                brute[Number(index)].spec.sparsity.distribution === 'erk',
            ),
        ),
      )
      const count = rows.length
      expect(familyPairs(rows, 'all')).toHaveLength((count * (count - 1)) / 2)
    }
  })

  it('has the t, p, interval and Holm correction of brute force, in the order of the corrected p', () => {
    for (const seed of STUDIES.slice(0, 60)) {
      const { study, table } = tableOf(seed)
      const brute = bruteRows(study.entries)
      const rows = table.rows.map((row, index) => ({ ...row, specs: [brute[index].spec] }))
      const results = comparePairs(rows, uniformFrom(1), familyPairs(rows, 'schemes'))
      const ps: number[] = []
      for (const result of results) {
        const [a, b] = [brute[result.a], brute[result.b]]
        const shared = a.seeds.filter((each) => b.seeds.includes(each))
        const value = (row: typeof a, each: number) => row.values[row.seeds.indexOf(each)]
        let [difference, error, degrees] = [NaN, NaN, NaN]
        if (shared.length >= 2) {
          const { mean, std } = bruteMoments(shared.map((each) => value(a, each) - value(b, each)))
          ;[difference, error, degrees] = [mean, (std ?? NaN) / Math.sqrt(shared.length), shared.length - 1]
          expect([result.test, ...result.n]).toEqual(['paired', shared.length, shared.length])
        } else {
          const [one, two] = [bruteMoments(a.values), bruteMoments(b.values)]
          const [u, v] = [(one.std ?? NaN) ** 2 / a.values.length, (two.std ?? NaN) ** 2 / b.values.length]
          difference = one.mean - two.mean
          error = Math.sqrt(u + v)
          degrees = (u + v) ** 2 / (u ** 2 / (a.values.length - 1) + v ** 2 / (b.values.length - 1))
          expect([result.test, ...result.n]).toEqual(['welch', a.values.length, b.values.length])
        }
        same(result.difference, difference)
        // Constants that differ have no error; the functions' own tests hold those.
        if (!(error > 1e-9)) {
          if (Number.isNaN(error)) expect(result.p).toBeNaN()
        } else {
          expect(result.t).toBeCloseTo(difference / error, 8)
          expect(result.p).toBeCloseTo(twoSidedP(difference / error, degrees), 8)
          // An interval ends where its own end would be tested with p = 5 %.
          expect(twoSidedP((result.high - difference) / error, degrees)).toBeCloseTo(0.05, 8)
          expect(result.low + result.high).toBeCloseTo(2 * difference, 8)
        }
        if (!Number.isNaN(result.p)) ps.push(result.p)
      }
      for (const { p, adjusted } of results) {
        if (Number.isNaN(p)) continue
        // Holm: the largest of (m − rank + 1) · p over all p up to this one.
        const ranked = [...ps].sort((x, y) => x - y)
        const steps = ranked.map((each, rank) => Math.min(1, each * (ps.length - rank)))
        const last = ranked.lastIndexOf(p)
        expect(adjusted).toBeCloseTo(Math.max(...steps.slice(0, last + 1)), 10)
      }
      const keys = results.map(({ adjusted }) => (Number.isNaN(adjusted) ? 2 : adjusted))
      expect(keys).toEqual([...keys].sort((x, y) => x - y))
    }
  })
})
