/** What several dynamic methods ask of their settings. */
import type { MethodProblem, RunShape } from '../types.ts'

/** A schedule goes down: its start density is no less than the density of the run. */
export function notBelow(startDensity: number, { sparsity }: RunShape): MethodProblem | null {
  if (startDensity >= sparsity.density) return null
  return {
    where: 'startDensity',
    message:
      `dynamic.startDensity is ${startDensity}, below sparsity.density ${sparsity.density}, where the ` +
      `schedule ends; allowed are ${sparsity.density} to 1.`,
    severity: 'error',
  }
}

/** N of N:M is less than M. */
export function lessThanGroup(kept: number, size: number): MethodProblem | null {
  if (kept < size) return null
  return {
    where: 'groupKept',
    message:
      `dynamic.groupKept is ${kept} of groups of ${size}, which prunes nothing; allowed are 1 to ` +
      `${size - 1}.`,
    severity: 'error',
  }
}
