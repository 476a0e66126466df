/** The dense networks that a row is held against: the whole one, and one of about its own size. */
import { keepsAll } from '../methods/traits.ts'
import type { CompareRow } from '../contract/lab.ts'
import { restOf } from './families.ts'
import type { AxisFields, FamilyRow } from './families.ts'

/** Indices of the rows, null for none. */
export interface References {
  readonly dense: number | null
  /** Dense, with fewer weights than the whole network: the one whose count is nearest to the row's. */
  readonly sameSize: number | null
}

/**
 * References of every row, in order. A dense row stands for a row that it shares every setting with,
 * scheme and density aside; the one of most parameters is the whole network. Dense rows have none.
 */
export function referencesOf(
  rows: readonly (Pick<CompareRow, 'n' | 'parameters'> & FamilyRow)[],
  axisFields?: AxisFields,
): References[] {
  const none = { dense: null, sameSize: null }
  const dense = [...rows.keys()].filter((index) => isDense(rows[index]) && rows[index].n > 0)
  if (dense.length === 0) return rows.map(() => none)
  const rest = [...restOf(rows, axisFields).values()]
  const agree = (a: number, b: number) =>
    rest.every((values) => values[a] === null || values[b] === null || values[a] === values[b])
  const size = (index: number) => rows[index].parameters ?? 0
  return rows.map((row, index) => {
    if (isDense(row)) return none
    const found = dense.filter((each) => agree(each, index)).sort((a, b) => size(b) - size(a))
    const whole = found.at(0) ?? null
    const smaller = found.filter((each) => whole !== null && size(each) < size(whole))
    const away = (each: number) => Math.abs(size(each) - size(index))
    return { dense: whole, sameSize: smaller.sort((a, b) => away(a) - away(b)).at(0) ?? null }
  })
}

const isDense = ({ specs }: FamilyRow) => specs.every(keepsAll)
