import { expect, it } from 'vitest'
import { roundRows } from '../../../src/shared/stats/rounds.ts'

it('reads each round at its last step, and leaves out what was not measured', () => {
  const curve = (steps: number[], values: number[]) => ({ steps, values })
  const rows = roundRows([
    curve([8, 14], [1, 2]),
    curve([8, 14], [1, 0.8]),
    curve([0, 4, 8, 12, 14], [0.1, 0.5, 0.9, 0.7, 0.88]),
    undefined,
    curve([8, 14], [800, 1280]),
  ])
  expect(rows).toEqual([
    { round: 1, end: 8, steps: 8, density: 1, validation: 0.9, test: null, operations: 800 },
    { round: 2, end: 14, steps: 6, density: 0.8, validation: 0.88, test: null, operations: 1280 },
  ])
  expect(roundRows([undefined, undefined, undefined, undefined, undefined])).toEqual([])
})
