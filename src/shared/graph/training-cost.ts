/**
 * Floating-point operations of a whole training, as the appendix of RigL counts them (Evci et al. 2020, arXiv
 * 1911.11134): a forward pass f, twice that backward, for every example. What is done before the first step
 * (scores, isometry) and evaluations are left out.
 */

export interface TrainingWork {
  /** Operations of one example's forward pass through the sparse network, f_S. */
  readonly sparse: number
  /** The same through the dense one, f_D. */
  readonly dense: number
  /** Examples of all steps. */
  readonly examples: number
  /**
   * Steps ΔT between two gradients of all weights, as RigL takes them; null where none are taken: static
   * training, SET.
   */
  readonly denseGradientEvery: number | null
}

/** One example of one step. */
export interface StepCost {
  /** Operations of the forward pass through the network under its mask. */
  readonly forward: number
  /** The same of the weights that the backward pass updates, where they are others. */
  readonly updated: number
  readonly dense: number
  /** Which weights' gradients are taken. */
  readonly weightGradient: 'kept' | 'dense' | 'updated'
}

/**
 * Forward, back to the inputs, and the products of the weights' gradients: 3·f where those are of the kept.
 */
export function stepOperations({ forward, updated, dense, weightGradient }: StepCost): number {
  return 2 * forward + { kept: forward, dense, updated }[weightGradient]
}

/** Operations of a forward pass that so many steps in a row have. */
export interface CostPiece {
  readonly steps: number
  readonly forward: number
}

/** 3·f an example over pieces of training whose densities differ: schedules of pruning, rounds. */
export function piecewiseOperations(pieces: readonly CostPiece[], batch: number): number {
  return pieces.reduce((sum, { steps, forward }) => sum + 3 * forward * steps * batch, 0)
}

/** 3·f_S an example; with dense gradients (3·f_S·ΔT + 2·f_S + f_D)/(ΔT + 1), the mean over an interval. */
export function trainingOperations({
  sparse,
  dense,
  examples,
  denseGradientEvery: every,
}: TrainingWork): number {
  const example = every === null ? 3 * sparse : (3 * sparse * every + 2 * sparse + dense) / (every + 1)
  return example * examples
}
