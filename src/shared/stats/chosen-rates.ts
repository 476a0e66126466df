/**
 * Learning rates that a search chose for each row: they are no difference between the rows that are compared,
 * since every row had the same candidates, and are told as what was found.
 */
import type { CompareTable } from '../contract/compare.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { Study } from '../spec/study-schema.ts'
import { SEARCHED_FIELD } from '../studies/search.ts'

/** A specification as it was before its rate was chosen: with the first candidate, as in all rows. */
export function beforeSearch(spec: RunSpec, search: NonNullable<Study['search']>): RunSpec {
  return { ...spec, training: { ...spec.training, learningRate: search.rates[0] } }
}

/** The table of such specifications, whose list of differences tells the rates that were chosen. */
export function tellChosenRates(table: CompareTable, rateOf: (run: number) => number): CompareTable {
  const values = table.rows.map(({ members, runs }) =>
    [...new Set((members ?? runs).map(rateOf))].join(' | '),
  )
  const [first] = values
  const isEqual = values.every((value) => value === first)
  const others = table.differences.filter(({ path }) => path !== SEARCHED_FIELD)
  const equal = table.equal.filter(({ path }) => path !== SEARCHED_FIELD)
  return {
    ...table,
    differences: isEqual ? others : [...others, { path: SEARCHED_FIELD, values }],
    equal: isEqual && first !== undefined ? [...equal, { path: SEARCHED_FIELD, value: first }] : equal,
  }
}
