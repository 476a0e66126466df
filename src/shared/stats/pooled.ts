/** Schemes over all densities as one row each: what one test paired by density and seed takes. */
import type { RunSpec } from '../spec/schema.ts'
import type { CompareRow } from '../contract/lab.ts'
import type { FamilyRow } from './families.ts'
import type { TestedRow } from './significance.ts'
import { isIncomplete } from './significance.ts'
import { settingOf } from './scheme-fields.ts'
import { groupBy } from './summary.ts'

const DENSITY = 'sparsity.density'

export type PooledRow = TestedRow & FamilyRow & { readonly indices: readonly number[] }

/**
 * Rows of one line (all that differs but the density) as one, whose values stand for a density and a seed. A
 * line whose runs have no density, such as the dense network, has none to be paired by and is left out, as is
 * a line of one density only.
 */
export function pooledRows(rows: readonly CompareRow[], specs: readonly (readonly RunSpec[])[]): PooledRow[] {
  const lines = groupBy(rows.keys(), (index) => rows[index].line ?? rows[index].label)
  return [...lines].flatMap(([label, indices]) => {
    const members = indices.map((index) => rows[index])
    const densities = indices.map((index) => settingOf(specs[index][0], DENSITY))
    if (densities.includes(null) || new Set(densities).size < 2) return []
    const units = indices.flatMap((index, place) =>
      (rows[index].units ?? rows[index].seeds.map(String)).map((unit) => `${densities[place]} ${unit}`),
    )
    return {
      indices,
      label,
      scheme: members[0].scheme,
      labels: members[0].labels,
      specs: indices.flatMap((index) => specs[index]),
      units,
      seeds: members.flatMap((row) => row.seeds),
      values: members.flatMap((row) => row.values),
      n: units.length,
      expected: members.some(isIncomplete) ? units.length + 1 : units.length,
    }
  })
}
