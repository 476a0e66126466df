// Rows whose learning rates a search chose: one family, held against the same dense network.
import { expect, it } from 'vitest'
import { groupOf } from '../../../src/shared/spec/identity.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { beforeSearch, tellChosenRates } from '../../../src/shared/stats/chosen-rates.ts'
import { compareTable } from '../../../src/shared/stats/compare.ts'
import type { CompareEntry } from '../../../src/shared/stats/compare-input.ts'

const SEARCH = { rates: [0.1, 0.03, 0.01], seeds: [7] }
const RATES: Readonly<Record<string, number>> = { base: 0.01, eoi: 0.1, dense: 0.03 }
const VALUES: Readonly<Record<string, number>> = { base: 0.6, eoi: 0.8, dense: 0.9 }

const specOf = (row: string, rate: number): RunSpecInput => ({
  training: { learningRate: rate },
  ...(row === 'dense'
    ? {}
    : {
        sparsity: { density: 0.1, distribution: 'erk' },
        initialization: { scheme: row === 'eoi' ? 'eoi' : 'base' },
      }),
})

function table(asChosen: boolean) {
  const rates = new Map<number, number>()
  const entries = Object.keys(RATES).map((row, id): CompareEntry => {
    const chosen = parseSpec(specOf(row, RATES[row]))
    rates.set(id, RATES[row])
    return {
      id,
      group: groupOf(chosen),
      labels: { Scheme: row },
      spec: asChosen ? chosen : beforeSearch(chosen, SEARCH),
      value: VALUES[row],
      status: 'finished',
      divergedAt: null,
      parameters: row === 'dense' ? 1000 : 100,
      density: row === 'dense' ? 1 : 0.1,
    }
  })
  const compared = compareTable({ metric: 'test.accuracy', at: 'last', axes: ['Scheme'], entries })
  return tellChosenRates(compared, (run) => rates.get(run) ?? NaN)
}

it('are marked together and held against the dense row, whatever was chosen for it', () => {
  const { rows } = table(false)
  expect(rows.map(({ bestOfFamily }) => bestOfFamily)).toEqual([false, true, false])
  expect(rows.map(({ references }) => references?.dense)).toEqual([2, 2, null])
  // Taken as they were trained, no two of them would be comparable.
  const chosen = table(true).rows
  expect(chosen.map(({ bestOfFamily }) => bestOfFamily)).toEqual([false, false, false])
  expect(chosen.map(({ references }) => references?.dense)).toEqual([null, null, null])
})

it('tell their rates among what differs, and as equal only where they are', () => {
  const { differences, equal } = table(false)
  expect(differences.at(-1)).toEqual({ path: 'training.learningRate', values: ['0.01', '0.1', '0.03'] })
  expect(equal.map(({ path }) => path)).not.toContain('training.learningRate')
  const same = tellChosenRates({ ...table(false) }, () => 0.03)
  expect(same.differences.map(({ path }) => path)).not.toContain('training.learningRate')
  expect(same.equal).toContainEqual({ path: 'training.learningRate', value: '0.03' })
})
