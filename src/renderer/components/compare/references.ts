/** The dense networks that a sparse row is held against: the whole one, and one of about its own size. */
import type { CompareRow, CompareTable } from '../../../shared/contract/lab.ts'

export interface References {
  readonly dense: CompareRow | null
  /** Dense, with fewer weights than the whole network: the one whose count is nearest to the row's. */
  readonly sameSize: CompareRow | null
}

/** Label of an axis that makes no difference to a row. */
const ANY = 'any'
const isDense = (row: CompareRow) => /^Dense\b/.test(row.scheme ?? row.label)

/**
 * References of every row, in order. A dense row stands for a row that it shares every label with, the scheme
 * aside (`any` agrees with all); the one of most parameters is the whole network. Dense rows have none.
 */
export function referencesOf({ rows, axes }: Pick<CompareTable, 'rows' | 'axes'>): References[] {
  const others = axes.filter((axis) => axis !== 'Scheme')
  const agree = (a: CompareRow, b: CompareRow) =>
    others.every((axis) => {
      const [one, two] = [a.labels[axis], b.labels[axis]]
      return one === two || one === ANY || two === ANY
    })
  const dense = rows.filter((row) => isDense(row) && row.n > 0)
  return rows.map((row) => {
    if (isDense(row)) return { dense: null, sameSize: null }
    const size = (each: CompareRow) => each.parameters ?? 0
    const found = dense.filter((each) => agree(each, row)).sort((a, b) => size(b) - size(a))
    const whole = found.at(0) ?? null
    const smaller = found.filter((each) => whole !== null && size(each) < size(whole))
    const away = (each: CompareRow) => Math.abs(size(each) - size(row))
    return { dense: whole, sameSize: smaller.sort((a, b) => away(a) - away(b)).at(0) ?? null }
  })
}
