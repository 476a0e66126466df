/**
 * Rows of equal cost: every group of a study trains for the same floating-point operations, a number or those
 * of one of its rows, in place of the same epochs. How many steps that is follows from its method's formula.
 */
import { BenchError } from '../contract/errors.ts'
import { costOfRun, plannedSteps, stepsForOperations } from '../planning/equal-operations.ts'
import type { RunCost } from '../planning/equal-operations.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { Budget } from '../spec/study-schema.ts'
import { ownValue } from '../stats/own-value.ts'

type Labels = Readonly<Record<string, string>>

interface Group {
  readonly labels: Labels
  readonly spec: RunSpec
}

/** A row with a budget. */
export interface BudgetRow {
  readonly labels: Labels
  /** With `training.steps` of the budget; the row that a budget is taken from stays as it is. */
  readonly spec: RunSpec
  /** Steps of all its rounds. */
  readonly steps: number
  /** By formula, at these steps. */
  readonly operations: number
  readonly budget: number
  /** False where the run's own count may be another. */
  readonly exact: boolean
}

const ANY = 'any'

/** Whether a row has the label: as a study names it, or with what its method must tell in brackets. */
const isCalled = (label: string | undefined, name: string): boolean =>
  label === name || label?.startsWith(`${name} (`) === true

const named = (row: Labels, { labels }: Pick<Group, 'labels'>): boolean =>
  Object.entries(row).every(([axis, name]) => isCalled(ownValue(labels, axis), name))

/** Whether two rows agree on all axes but those named. */
const agree = (one: Labels, other: Labels, row: Labels): boolean =>
  Object.keys(one).every((axis) => {
    const pair = [one[axis], other[axis] ?? ANY]
    return axis in row || pair.includes(ANY) || pair[0] === pair[1]
  })

/** `Method: Dense`, as problems and captions name a row. */
export const rowText = (row: Labels): string =>
  Object.entries(row)
    .map(([axis, label]) => `${axis}: ${label}`)
    .join(', ')

/** Axis of runs that were started at a budget that is not their study's. */
export const BUDGET_AXIS = 'Budget'

/** What a budget is, in a label of runs that were started with one. */
export const budgetLabel = ({ operations, row = {} }: Budget): string =>
  operations === undefined ? `operations of ${Object.values(row).join(' · ')}` : `${operations} operations`

/** `1e13`, or the labels of a row, `Method=Dense, Density=0.1`. Throws BenchError('bad-input') for others. */
export function parseBudget(text: string): Budget {
  const number = Number(text)
  if (text.trim() !== '' && number > 0 && number <= 1e30) return { operations: number }
  const pairs = text.split(/;|,(?=[^,;=]*=)/).map((part) => /^\s*([^=]*[^=\s])\s*=\s*(.*\S)\s*$/.exec(part))
  const row = Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]] as const] : [])))
  if (pairs.every(Boolean)) return { row }
  throw new BenchError(
    'bad-input',
    `“${text}” is no budget: write a number of operations (1e13) or the labels of a row (Method=Dense).`,
    'budget',
  )
}

/** As parseBudget reads it; empty for none. */
export const budgetDraft = ({ operations, row = {} }: Budget): string =>
  operations === undefined
    ? Object.entries(row)
        .map(([axis, label]) => `${axis}=${label}`)
        .join(', ')
    : String(operations)

/**
 * The row that a group's budget is taken from: the one of that name, or, where several have it, the one that
 * agrees with the group on all other axes. Throws BenchError('bad-specification') where that is none or many.
 */
export function referenceOf<G extends Pick<Group, 'labels'>>(
  row: Labels,
  group: Pick<Group, 'labels'>,
  groups: readonly G[],
): G {
  const called = groups.filter((each) => named(row, each))
  if (called.length === 1) return called[0]
  const found = called.filter((each) => agree(group.labels, each.labels, row))
  if (found.length === 1) return found[0]
  const axes = Object.keys(group.labels).filter((axis) => !(axis in row))
  throw new BenchError(
    'bad-specification',
    called.length === 0
      ? `budget.row: no row of this study is called ${rowText(row)}.`
      : `budget.row: ${rowText(row)} is ${found.length === 0 ? 'no' : 'more than one'} row for ` +
          `${rowText(group.labels)}; name ${axes.join(', ')} too.`,
    'budget',
  )
}

/** Names the row in what it throws. */
function aboutRow<T>(labels: Labels, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof BenchError) || Object.keys(labels).length === 0) throw error
    throw new BenchError(error.code, `${rowText(labels)}: ${error.message}`, error.where, { cause: error })
  }
}

/**
 * The groups of a study at its budget, in their order. Throws BenchError, with the row that it is about,
 * where one cannot be planned.
 */
export function budgetRows(budget: Budget, groups: readonly Group[]): BudgetRow[] {
  const costs = new Map<Group, RunCost>()
  const costOf = (group: Group): RunCost => {
    const cost = costs.get(group) ?? aboutRow(group.labels, () => costOfRun(group.spec))
    costs.set(group, cost)
    return cost
  }
  const own = (group: Group): number => costOf(group).operations(plannedSteps(group.spec))
  const references = groups.map((group) => (budget.row ? referenceOf(budget.row, group, groups) : null))
  return groups.map((group, k) => {
    const { spec, labels } = group
    const reference = references[k]
    const operations = budget.operations ?? (reference ? own(reference) : 0)
    const cost = costOf(group)
    const { exact } = cost
    if (reference === group) {
      const steps = cost.allSteps(plannedSteps(spec))
      return { labels, spec, steps, operations, budget: operations, exact }
    }
    const steps = aboutRow(labels, () => stepsForOperations(spec, cost, operations))
    return {
      labels,
      spec: { ...spec, training: { ...spec.training, steps, operations } },
      steps: cost.allSteps(steps),
      operations: cost.operations(steps),
      budget: operations,
      exact,
    }
  })
}
