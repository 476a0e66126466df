/** Names of what a comparison is arranged by, for people. */
import type { CompareChoice } from '../../../shared/contract/compare.ts'
import { allFields } from '../../../shared/spec/fields.ts'

/** An axis by its name, a field by its title; the scheme's name apart from an axis that is called so. */
export function keyTitle({ key, axis }: CompareChoice): string {
  if (axis) return key
  if (key === 'scheme') return 'Scheme by its fields'
  return allFields().find(({ path }) => path === key)?.title ?? key
}
