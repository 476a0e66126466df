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
