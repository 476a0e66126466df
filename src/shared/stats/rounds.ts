/** The rounds of a run that trains several times (IMP, one-shot pruning), read from its curves. */
import type { Series } from '../contract/row.ts'
import type { Phase } from '../contract/run.ts'

/** What a round reached at its last step, before its masks were pruned. Null: not measured. */
export interface RoundRow {
  readonly round: number
  /** Steps of the whole run at its end, and of the round. */
  readonly end: number
  readonly steps: number
  /** Nonzeros over entries of the masked kernels that it trained. */
  readonly density: number | null
  readonly validation: number | null
  readonly test: number | null
  /** Floating-point operations of all training up to its end. */
  readonly operations: number | null
}

/** The curves that rounds are told in, phase and name each. */
export const ROUND_CURVES = [
  ['train', 'round'],
  ['train', 'round-density'],
  ['validation', 'accuracy'],
  ['test', 'accuracy'],
  ['train', 'operations'],
] as const satisfies readonly (readonly [Phase, string])[]

/** One row a round that is over; none for a run of one round. `curves` in the order of ROUND_CURVES. */
export function roundRows(curves: readonly (Pick<Series, 'steps' | 'values'> | undefined)[]): RoundRow[] {
  const [rounds, ...others] = curves
  const [density, validation, test, operations] = others.map((curve) => {
    const values = new Map(curve?.steps.map((step, k) => [step, curve.values[k]]))
    return (step: number): number | null => values.get(step) ?? null
  })
  return (rounds?.steps ?? []).map((end, k) => ({
    round: rounds?.values[k] ?? k + 1,
    end,
    steps: end - (rounds?.steps[k - 1] ?? 0),
    density: density?.(end) ?? null,
    validation: validation?.(end) ?? null,
    test: test?.(end) ?? null,
    operations: operations?.(end) ?? null,
  }))
}
