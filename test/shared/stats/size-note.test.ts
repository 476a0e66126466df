import { expect, test } from 'vitest'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { sizeNotes } from '../../../src/shared/stats/size-note.ts'

const spec = (scheme: string, distribution: string, density: number) =>
  parseSpec({ sparsity: { distribution, density }, initialization: { scheme } })
const specs = [spec('eoi', 'erk', 0.125), spec('sao', 'uniform-skip', 0.125), spec('base', 'dense', 1)]
const rows = (best: number, parameters: readonly number[]) =>
  ['ERK-EOI', 'SAO', 'Dense'].map((label, k) => ({
    label,
    n: 2,
    bestOverall: k === best,
    parameters: parameters[k],
  }))

test('an underlined row that is larger than those it is held against says so', () => {
  expect(sizeNotes(rows(1, [228_000, 317_000, 1_700_000]), specs)).toEqual([
    'SAO, underlined, has 39 % more parameters than the smallest row that it is held against (317 k, 228 k).',
  ])
  expect(sizeNotes(rows(2, [228_000, 317_000, 1_700_000]), specs)[0]).toMatch(/^Dense, .* 7.5 times the/)
})

test('one of their size, or smaller, says nothing', () => {
  expect(sizeNotes(rows(0, [228_000, 317_000, 1_700_000]), specs)).toEqual([])
  expect(sizeNotes(rows(1, [228_000, 228_100, 1_700_000]), specs)).toEqual([])
  // Another density is another comparison.
  const apart = [spec('eoi', 'erk', 0.02), specs[1], specs[2]]
  expect(sizeNotes(rows(1, [28_000, 317_000, 1_700_000]), apart)).toEqual([])
})
