import { describe, expect, it } from 'vitest'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { ofEachKind } from '../../../src/shared/studies/kinds.ts'

describe('problems of a kind', () => {
  it('are told three times and then counted, in their order among the others', () => {
    const many = Array.from({ length: 100 }, (_, k) => [`a is ${k / 8}e-3`, `A: ${k}`] as const)
    const told = ofEachKind(new Map([['first', ''], ...many.slice(0, 50), ['b is 7', ''], ...many.slice(50)]))
    expect(told).toEqual([
      'first',
      'a is 0e-3 (A: 0)',
      'a is 0.125e-3 (A: 1)',
      'a is 0.25e-3 (A: 2)',
      '… and 97 more of this kind, to: a is 12.375e-3 (A: 99)',
      'b is 7',
    ])
  })

  it('are all told where they are few', () => {
    const few = new Map([1, 2, 3, 4].map((k) => [`a is ${k}`, '']))
    expect(ofEachKind(few)).toEqual(['a is 1', 'a is 2', 'a is 3', 'a is 4'])
  })

  it('are few in a grid of many wrong points', () => {
    const points = Array.from({ length: 500 }, (_, k) => {
      const density = (k + 1) / 1000
      return { label: String(density), set: { 'sparsity.density': density } }
    })
    const base = { model: { name: 'mlp' }, sparsity: { distribution: 'dense' } }
    const study = parseStudy({ id: 's', title: 'S', base, axes: [{ name: 'Density', points }], seeds: [1] })
    const { problems, failed } = expandStudy(study)
    expect(failed).toBe(true)
    expect(problems.length).toBeLessThan(6)
    expect(problems.at(-1)).toMatch(/… and 497 more .*0\.5/)
  })
})
