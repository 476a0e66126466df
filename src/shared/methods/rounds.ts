/** How many times a run of several rounds trains. */

/**
 * Trainings of IMP: one dense, and one after each pruning of a fraction of what is left, until the density is
 * reached.
 */
export function impRounds(density: number, pruneFraction: number): number {
  if (density >= 1) return 1
  return 1 + Math.max(1, Math.ceil(Math.log(density) / Math.log(1 - pruneFraction) - 1e-9))
}
