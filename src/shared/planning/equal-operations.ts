/** How long a run trains for a budget of operations. */
import { BenchError } from '../contract/errors.ts'
import { dynamicTraits } from '../methods/traits.ts'
import { inputOf, trainingExamples } from '../spec/data-shapes.ts'
import type { RunSpec } from '../spec/schema.ts'
import { buildNetwork } from '../zoo/index.ts'
import { specDensities } from './densities.ts'
import { plannedOperations } from './operations.ts'
import { stepsOfTraining } from './plan.ts'
import { roundsOf } from './rounds.ts'

/** What a run costs as a function of the steps of one training. */
export interface RunCost {
  readonly operations: (steps: number) => number
  /** Steps of all rounds. */
  readonly allSteps: (steps: number) => number
  /** False where the run's own count may be another (`specDensities`). */
  readonly exact: boolean
}

/** Throws BenchError('impossible') where the masks are not known before the run. */
export function costOfRun(spec: RunSpec): RunCost {
  const { input, classes } = inputOf(spec.data, {})
  const graph = buildNetwork(spec, input, classes)
  const { exact, ...densities } = specDensities(spec, graph)
  const planned = plannedOperations({ spec, graph, ...densities })
  return {
    exact,
    operations: (steps) => planned(roundsOf(spec, steps)),
    allSteps: (steps) => roundsOf(spec, steps).reduce((sum, round) => sum + round.steps, 0),
  }
}

/**
 * Steps of one training as the specification has them. Throws BenchError('impossible') for data whose
 * examples only their files tell, unless `training.steps` says it.
 */
export function plannedSteps(spec: RunSpec): number {
  const { training, data } = spec
  if (training.steps > 0) return training.steps
  const examples = trainingExamples(data)
  if (examples !== null) return stepsOfTraining(training, Math.floor(examples / training.batchSize))
  throw new BenchError(
    'impossible',
    `How many examples ${data.name} has is known when it is read: give the budget as a number, or the row ` +
      'that it is taken from training.steps in place of epochs.',
    'budget',
  )
}

/** Most steps that a specification may name. */
const MOST_STEPS = 1_000_000_000
/** Schedules end on whole updates, so that the cost is not quite smooth: neighbours are looked at too. */
const NEAR = 4

/**
 * The steps of one training whose operations are nearest to a budget. Throws BenchError('impossible') where
 * even the fewest that the method can take cost more than one and a half times the budget.
 */
export function stepsForOperations(spec: RunSpec, cost: RunCost, budget: number): number {
  const least = dynamicTraits(spec).rewinds ? spec.dynamic.rewindStep + 1 : 1
  let [low, high] = [least, least]
  while (cost.operations(high) < budget) {
    if (high === MOST_STEPS) throw beyond('more than a billion steps')
    low = high
    high = Math.min(MOST_STEPS, 2 * high)
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (cost.operations(middle) < budget) low = middle
    else high = middle
  }
  let best = high
  for (let steps = Math.max(least, low - NEAR); steps <= high + NEAR; steps++) {
    if (Math.abs(cost.operations(steps) - budget) < Math.abs(cost.operations(best) - budget)) best = steps
  }
  if (cost.operations(best) > 1.5 * budget) throw beyond(`fewer than its least, ${least} a round`)
  return best
}

const beyond = (what: string): BenchError =>
  new BenchError('impossible', `The budget of operations would take ${what}.`, 'budget')
