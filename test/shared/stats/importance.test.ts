import { describe, expect, it } from 'vitest'
import { importanceOf } from '../../../src/shared/stats/importance.ts'
import type { FactorCell } from '../../../src/shared/stats/importance.ts'
import { groupBy } from '../../../src/shared/stats/summary.ts'
import { oracle } from '../../oracle.ts'

interface Expected {
  readonly share: number
  readonly degrees: number
}
interface Case {
  readonly name: string
  readonly fields: readonly string[]
  readonly rows: readonly { readonly levels: readonly string[]; readonly value: number }[]
  readonly expected: {
    readonly terms: readonly (Expected & {
      readonly fields: readonly string[]
      readonly f: number | null
      readonly p: number | null
    })[]
    readonly rest: Expected
    readonly seeds: Expected
  }
}

const cellsOf = (rows: Case['rows']): FactorCell[] =>
  [...groupBy(rows, ({ levels }) => levels.join('|')).values()].map((group) => ({
    levels: group[0].levels,
    values: group.map(({ value }) => value),
  }))

describe('importance of fields', () => {
  // By least squares on all runs in NumPy (test/oracles/importance.py).
  for (const { name, fields, rows, expected } of oracle<Case[]>('importance')) {
    it(`is that of type II sums of squares: ${name}`, () => {
      const found = importanceOf(fields, cellsOf(rows))
      expect(found.terms).toHaveLength(expected.terms.length)
      for (const term of expected.terms) {
        const own = found.terms.find((each) => each.fields.join() === term.fields.join())
        expect(own?.degrees, term.fields.join()).toBe(term.degrees)
        expect(own?.share).toBeCloseTo(term.share, 9)
        if (term.f === null || term.p === null) expect(own).toMatchObject({ f: null, p: null })
        else {
          expect((own?.f ?? NaN) / term.f).toBeCloseTo(1, 7)
          expect(own?.p).toBeCloseTo(term.p, 9)
        }
      }
      for (const part of ['rest', 'seeds'] as const) {
        expect(found[part].degrees).toBe(expected[part].degrees)
        expect(found[part].share).toBeCloseTo(expected[part].share, 9)
      }
      expect(found.isFull).toBe(name.startsWith('full grid'))
    })
  }

  it('is, over a full grid, the functional ANOVA from means over all other fields', () => {
    const fields = ['A', 'B', 'C']
    const sizes = [3, 4, 2]
    const value = (a: number, b: number, c: number) => Math.sin(1 + a * 1.3 + b * b * 0.7 - c) + 0.2 * a * b
    const points = [0, 1, 2].flatMap((a) => [0, 1, 2, 3].flatMap((b) => [0, 1].map((c) => [a, b, c])))
    const f = (point: readonly number[]) => value(point[0], point[1], point[2])
    const found = importanceOf(
      fields,
      points.map((point) => ({ levels: point.map(String), values: [f(point)] })),
    )
    // Hutter et al., section 3: a marginal averages over all fields that are not named.
    const marginal = (some: readonly number[], at: readonly number[]) => {
      const agreeing = points.filter((point) => some.every((field) => point[field] === at[field]))
      return agreeing.reduce((sum, point) => sum + f(point), 0) / agreeing.length
    }
    const effect = (some: readonly number[], at: readonly number[]): number =>
      some.length === 0
        ? marginal([], at)
        : marginal(some, at) -
          [[], ...(some.length > 1 ? some.map((field) => [field]) : [])].reduce(
            (sum, smaller) => sum + effect(smaller, at),
            0,
          )
    const variance = (of: (point: readonly number[]) => number) =>
      points.reduce((sum, point) => sum + of(point) ** 2, 0) / points.length
    const whole = variance((point) => f(point) - marginal([], point))
    for (const some of [[0], [1], [2], [0, 1], [0, 2], [1, 2]]) {
      const names = some.map((field) => fields[field]).join()
      const share = found.terms.find((term) => term.fields.join() === names)?.share
      expect(share, names).toBeCloseTo(variance((point) => effect(some, point)) / whole, 10)
    }
    const shares = found.terms.reduce((sum, { share }) => sum + share, found.rest.share + found.seeds.share)
    expect(shares).toBeCloseTo(1, 10)
    expect(found.seeds.degrees).toBe(0)
    expect(found.rest.degrees).toBe((sizes[0] - 1) * (sizes[1] - 1) * (sizes[2] - 1))
  })

  it('knows no pairs where they are too many, and no share where nothing varies', () => {
    const many = Array.from({ length: 900 }, (_, k) => ({
      levels: [String(k % 30), String(Math.floor(k / 30))],
      values: [k % 30],
    }))
    const found = importanceOf(['A', 'B'], many)
    expect(found.hasPairs).toBe(false)
    expect(found.terms.map(({ fields, share }) => [fields[0], Number(share.toFixed(9))])).toEqual([
      ['A', 1],
      ['B', 0],
    ])
    expect(importanceOf(['A'], [{ levels: ['x'], values: [1, 1] }]).terms[0].share).toBeNaN()
  })
})
