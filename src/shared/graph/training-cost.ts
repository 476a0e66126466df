/**
 * Floating-point operations of a whole training, as the appendix of RigL counts them (Evci et al. 2020, arXiv
 * 1911.11134): a forward pass f, twice that backward, for every example. What is done before the first step
 * (scores, isometry) and evaluations are left out.
 */

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
