/** Rows of equal cost in words: in the plan of a study, and in the caption of its table. */
import { formatCount } from '../format/number.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { BudgetRow } from './budget.ts'

/** `12345` → `12,345`. */
const whole = (count: number): string => count.toLocaleString('en-GB')

/** A line for each row: how long it trains, and what it costs by formula. */
export function budgetLines(rows: readonly BudgetRow[]): string[] {
  return rows.map(({ labels, steps, operations, budget, exact }) => {
    const name = Object.values(labels).join(' · ') || 'every run'
    const off = Math.abs(operations / budget - 1) > 0.01 ? `, not ${formatCount(budget)}` : ''
    return (
      `${name}: ${whole(steps)} steps, ${exact ? '' : 'about '}${formatCount(operations)} operations${off}` +
      (exact ? '' : ' (layers are taken to keep equal parts)')
    )
  })
}

/** Rows of a caption that are named one by one. */
const MOST_NAMED = 12

/**
 * A sentence for the rows that were given a budget of operations: their steps, and how far their counted
 * operations are from it. Empty where none was.
 */
export function budgetText(
  rows: readonly { readonly label: string; readonly operations?: number | null }[],
  specs: readonly RunSpec[],
): string {
  const given = rows.flatMap((row, k) =>
    specs[k].training.operations > 0 ? [{ ...row, training: specs[k].training }] : [],
  )
  if (given.length === 0) return ''
  const budgets = [...new Set(given.map(({ training }) => training.operations))]
  const which = given.length === rows.length ? 'Rows' : `${given.length} of ${rows.length} rows`
  const steps = given.map(({ training }) => training.steps)
  const each =
    given.length <= MOST_NAMED
      ? given.map(({ label, training }) => `${label} ${whole(training.steps)}`).join(', ')
      : `from ${whole(Math.min(...steps))} to ${whole(Math.max(...steps))}`
  const off = given.flatMap(({ operations, training }) =>
    operations === null || operations === undefined ? [] : [Math.abs(operations / training.operations - 1)],
  )
  const most = off.length > 0 ? `, off by at most ${percent(Math.max(...off))}` : ''
  return (
    `${which} train for equal operations in place of equal epochs (${budgets.map(formatCount).join(', ')}` +
    `${most}); steps of one training: ${each}.`
  )
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`
