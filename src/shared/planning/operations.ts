/**
 * Floating-point operations of a whole training by formula, before the first step: at the densities that the
 * schedule, the rounds or the pattern of the run's method will have. The run counts the same from its masks.
 */
import { kernelOperations } from '../graph/cost.ts'
import { parametersOf } from '../graph/parameters.ts'
import { sizeOf } from '../graph/shapes.ts'
import { piecewiseOperations, stepOperations } from '../graph/training-cost.ts'
import type { CostPiece } from '../graph/training-cost.ts'
import type { LayerGraph } from '../graph/types.ts'
import { dynamicTraits, needsDenseGradients } from '../methods/traits.ts'
import type { RunSpec } from '../spec/schema.ts'
import { hasGroups } from './groups.ts'
import { keptInRounds } from './rounds.ts'
import type { Round } from './rounds.ts'
import { cubicRemainder, intervalUpdates, pruningSteps } from './schedule.ts'

/** Densities of the maskable kernels, in their order, that pruning goes from and to. */
export interface PruningDensities {
  readonly from: ArrayLike<number>
  readonly to: ArrayLike<number>
}

/** What is known of a run before its first step. */
export interface KnownRun {
  readonly spec: Pick<RunSpec, 'dynamic' | 'training'>
  readonly graph: LayerGraph
  /** Null where the run does not prune. */
  readonly targets: PruningDensities | null
  /** Densities of the maskable kernels that training begins with, in their order. */
  readonly densities: ArrayLike<number>
}

/**
 * The operations of all steps of the rounds given. Layers that one cut prunes together are taken to keep
 * equal parts; nothing else is approximate but the rounding of counts.
 */
export type OperationsOf = (rounds: readonly Round[]) => number

/** The formula for one run, as a function of how long it trains. */
export function plannedOperations(run: KnownRun): OperationsOf {
  const { spec, targets } = run
  const { moments, forwardMask, smoothedGradients } = dynamicTraits(spec)
  const forward = forwardCost(run)
  const started = forward((k) => run.densities[k] ?? 1)
  if (forwardMask || smoothedGradients) return everyStep(run, forward, started)
  if (moments === 'schedule' && targets) return along(run, targets, forward, started)
  if (moments === 'rounds' && targets) return roundByRound(run, targets, forward)
  const masks = moments === 'start' ? grouped(run, forward) : started
  const { batchSize } = spec.training
  const { dense } = kernelOperations(run.graph)
  const gradient = needsDenseGradients(spec) ? (2 * masks + dense) * batchSize : 0
  return (rounds) => {
    const steps = stepsOf(rounds)
    return 3 * masks * steps * batchSize + gradient * intervalUpdates(spec.dynamic, steps)
  }
}

type Forward = (density: (kernel: number) => number) => number

const stepsOf = (rounds: readonly Round[]): number => rounds.reduce((sum, { steps }) => sum + steps, 0)

/** Operations of one example's forward pass as a function of the kernels' densities. */
function forwardCost({ graph }: KnownRun): Forward {
  const { masked, other } = kernelOperations(graph)
  const whole = parametersOf(graph)
    .filter(({ maskable }) => maskable)
    .map(({ name, shape }) => (masked.get(name) ?? 0) * sizeOf(shape))
  return (density) => whole.reduce((sum, operations, k) => sum + operations * density(k), other)
}

/** The forward pass under N:M: kernels that groups do not fill stay dense. */
function grouped({ spec: { dynamic }, graph }: KnownRun, forward: Forward): number {
  const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
  const kept = dynamic.groupKept / dynamic.groupSize
  return forward((k) => (hasGroups(kernels[k], dynamic.groupSize) ? kept : 1))
}

/** Methods whose every step takes gradients of more weights than it keeps. */
function everyStep(run: KnownRun, forward: Forward, started: number): OperationsOf {
  const { spec, graph, targets } = run
  const { dynamic, training } = spec
  const { forwardMask, ownsDensity } = dynamicTraits(spec)
  const { to = [] } = targets ?? {}
  const target = (k: number): number => to[k] ?? 1
  const kept = ownsDensity ? grouped(run, forward) : forwardMask ? forward(target) : started
  const step = stepOperations({
    forward: kept,
    updated: forward((k) => Math.min(1, target(k) + dynamic.extraDensity)),
    dense: kernelOperations(graph).dense,
    weightGradient: forwardMask === 'backward-mask' ? 'updated' : 'dense',
  })
  return (rounds) => step * stepsOf(rounds) * training.batchSize
}

/** A cubic schedule: what it keeps between its updates, and the gradients that updates go by. */
function along(
  { spec, graph }: KnownRun,
  { from, to }: PruningDensities,
  forward: Forward,
  started: number,
): OperationsOf {
  const { batchSize } = spec.training
  const [first, last] = [forward((k) => from[k]), forward((k) => to[k])]
  const { dense } = kernelOperations(graph)
  return (rounds) => {
    const steps = stepsOf(rounds)
    const schedule = pruningSteps(spec.dynamic, steps)
    const { t0, n, dt } = schedule
    const pieces: CostPiece[] = [{ steps: t0, forward: started }]
    let gradients = 0
    for (let i = 0; i <= n && t0 < steps; i++) {
      // An update takes its gradient under the masks before it.
      gradients += 2 * pieces[pieces.length - 1].forward + dense
      const until = i < n ? t0 + (i + 1) * dt : steps
      const remaining = cubicRemainder(t0 + i * dt, schedule)
      pieces.push({ steps: until - t0 - i * dt, forward: last + (first - last) * remaining })
    }
    const taken = needsDenseGradients(spec) ? gradients * batchSize : 0
    return piecewiseOperations(pieces, batchSize) + taken
  }
}

/** One training after the other, each with what the pruning before it left. */
function roundByRound({ spec, graph }: KnownRun, { from, to }: PruningDensities, forward: Forward) {
  const { dynamic, training } = spec
  const { rewinds } = dynamicTraits(spec)
  const sizes = parametersOf(graph).flatMap(({ maskable, shape }) => (maskable ? [sizeOf(shape)] : []))
  const entries = sizes.reduce((sum, size) => sum + size, 0)
  const target = sizes.reduce((sum, size, k) => sum + size * to[k], 0)
  const [first, last] = [forward((k) => from[k]), forward((k) => to[k])]
  return (rounds: readonly Round[]): number => {
    const kept = keptInRounds(rounds.length, entries, target, dynamic.pruneFraction)
    const pieces = rounds.map(({ steps }, r): CostPiece => {
      if (!rewinds) return { steps, forward: r === 0 ? first : last }
      return { steps, forward: forward(() => kept[r] / entries) }
    })
    return piecewiseOperations(pieces, training.batchSize)
  }
}
