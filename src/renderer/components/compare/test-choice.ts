/** Which tests the Compare page asks for; kept between starts. */
import { TEST_FAMILIES } from '../../../shared/contract/lab.ts'
import type { CompareRequest, TestFamily } from '../../../shared/contract/lab.ts'

export interface TestChoice {
  /** Null: what suits the rows. */
  readonly family: TestFamily | null
  readonly baseline: string | null
  readonly pooled: boolean
  /** Stars in the table. */
  readonly stars: boolean
}

export const NO_CHOICE: TestChoice = { family: null, baseline: null, pooled: false, stars: false }

/** Whether what was stored is a choice. */
export function isTestChoice(value: unknown): value is TestChoice {
  if (typeof value !== 'object' || value === null) return false
  const { family, baseline, pooled, stars } = value as Partial<Record<keyof TestChoice, unknown>>
  return (
    (family === null || TEST_FAMILIES.some((each) => each === family)) &&
    (baseline === null || typeof baseline === 'string') &&
    typeof pooled === 'boolean' &&
    typeof stars === 'boolean'
  )
}

/** The fields of a request that the choice makes. */
export function testsOf(
  { family, baseline, pooled }: TestChoice,
  known: readonly string[],
): Pick<CompareRequest, 'significance' | 'family' | 'baseline' | 'pooled'> {
  // A baseline that was chosen for another study is none here.
  const usable = family !== 'baseline' || (baseline !== null && known.includes(baseline))
  return {
    significance: true,
    ...(family !== null && usable ? { family } : {}),
    ...(family === 'baseline' && usable && baseline !== null ? { baseline } : {}),
    ...(pooled ? { pooled } : {}),
  }
}
