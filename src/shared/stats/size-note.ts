/** What the best row has more of: a mark for a larger network says so. */
import type { CompareRow } from '../contract/lab.ts'
import { formatCount } from '../format/number.ts'
import type { RunSpec } from '../spec/schema.ts'
import { keepsAll } from '../methods/traits.ts'

type Row = Pick<CompareRow, 'label' | 'bestOverall' | 'parameters' | 'n'>

/** From so much more on it is told. */
const MORE = 1.05

/** The model without what scales it, its data, and, for sparse rows, the density that was asked. */
function peersOf(spec: RunSpec): string {
  const { name, depth, width, variant, activation } = spec.model
  return JSON.stringify([name, depth, width, variant, activation, spec.data.name])
}

/**
 * A sentence for each underlined row that has over a twentieth more parameters than the smallest row it is
 * held against: of the sparse rows of its density, or of all rows where it is dense itself.
 */
export function sizeNotes(rows: readonly Row[], specs: readonly RunSpec[]): string[] {
  return rows.flatMap((row, index) => {
    if (!row.bestOverall || row.parameters === null) return []
    const spec = specs[index]
    const others = rows.flatMap(({ parameters, n }, k) => {
      const other = specs[k]
      const isPeer =
        peersOf(other) === peersOf(spec) &&
        (keepsAll(spec) || (!keepsAll(other) && other.sparsity.density === spec.sparsity.density))
      return isPeer && n > 0 && parameters !== null && parameters > 0 ? [parameters] : []
    })
    const least = Math.min(...others)
    const ratio = row.parameters / least
    if (!(ratio > MORE)) return []
    const more = ratio < 3 ? `${Math.round(100 * (ratio - 1))} % more` : `${ratio.toFixed(1)} times the`
    return [
      `${row.label}, underlined, has ${more} parameters ${ratio < 3 ? 'than' : 'of'} the smallest row that ` +
        `it is held against (${formatCount(row.parameters)}, ${formatCount(least)}).`,
    ]
  })
}
