/** A check as a table: for the page and the command line. */
import type { MethodCheckRow } from '../contract/methods.ts'

export const CHECK_HEADER = ['Case', 'Asked', 'Reached', 'Residual', 'Same seed', 'Time', 'Note'] as const

function seconds(value: number): string {
  if (value >= 1) return `${value.toPrecision(3)} s`
  return `${Number((value * 1000).toPrecision(2))} ms`
}

/** What is wrong with every case, where that is one thing: told once. */
export function commonProblem(rows: readonly MethodCheckRow[]): string | null {
  const [first] = rows
  return rows.length > 1 && first.problem !== null && rows.every(({ problem }) => problem === first.problem)
    ? first.problem
    : null
}

/** Texts of one row, in the order of the header; – where there is nothing to tell. */
export function checkCells(row: MethodCheckRow): string[] {
  const number = (value: number | null, digits: number): string =>
    value === null ? '–' : value === 0 ? '0' : Number(value.toPrecision(digits)).toString()
  return [
    row.case,
    number(row.asked, 3),
    number(row.reached, 4),
    row.residual === null ? '–' : row.residual.toExponential(1),
    row.repeats === null ? '–' : row.repeats ? 'same' : 'differs',
    row.seconds === null ? '–' : seconds(row.seconds),
    row.problem ?? row.note,
  ]
}
