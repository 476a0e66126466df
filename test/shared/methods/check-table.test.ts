import { expect, it } from 'vitest'
import type { MethodCheckRow } from '../../../src/shared/contract/methods.ts'
import { commonProblem } from '../../../src/shared/methods/check-table.ts'

const row = (problem: string | null): MethodCheckRow => ({
  case: 'dense',
  asked: 0.5,
  reached: null,
  residual: null,
  repeats: null,
  seconds: null,
  note: '',
  problem,
})

it('finds what is wrong with every case, and nothing where cases differ', () => {
  expect(commonProblem([row('NaN'), row('NaN')])).toBe('NaN')
  expect(commonProblem([row('NaN'), row('a shape')])).toBeNull()
  expect(commonProblem([row('NaN'), row(null)])).toBeNull()
  expect(commonProblem([row(null), row(null)])).toBeNull()
})
