/** What a row is held against: the dense networks, whole and of about its own size, and a row of choice. */
import { keepsAll } from '../methods/traits.ts'
import type { CompareRow } from '../contract/lab.ts'
import { isBaseline, restOf } from './families.ts'
import type { AxisFields, FamilyRow } from './families.ts'
import { isSchemeField, schemeKey } from './scheme-fields.ts'
import { ownValue } from './own-value.ts'

/** Indices of the rows, null for none. */
export interface References {
  readonly dense: number | null
  /** Dense, of another width or depth: the one whose count of weights is nearest to the row's. */
  readonly sameSize: number | null
}

/**
 * References of every row, in order. A dense row stands for a row that it shares every setting with,
 * scheme and density aside; it is the whole network where its width and depth are the row's own too, and else
 * one of another size. Dense rows have none.
 */
export function referencesOf(
  rows: readonly (Pick<CompareRow, 'n' | 'parameters'> & FamilyRow)[],
  axisFields?: AxisFields,
): References[] {
  const none = { dense: null, sameSize: null }
  const dense = [...rows.keys()].filter((index) => isDense(rows[index]) && rows[index].n > 0)
  if (dense.length === 0) return rows.map(() => none)
  const rest = [...restOf(rows, axisFields).values()]
  const agree = (a: number, b: number) =>
    rest.every((values) => values[a] === null || values[b] === null || values[a] === values[b])
  const size = (index: number) => rows[index].parameters ?? 0
  return rows.map((row, index) => {
    if (isDense(row)) return none
    const found = dense.filter((each) => agree(each, index))
    const whole = found.find((each) => extentOf(rows[each]) === extentOf(row)) ?? null
    const smaller = found.filter((each) => extentOf(rows[each]) !== extentOf(row))
    const away = (each: number) => Math.abs(size(each) - size(index))
    return { dense: whole, sameSize: smaller.sort((a, b) => away(a) - away(b)).at(0) ?? null }
  })
}

/**
 * The reference of every row, by index: the row of that label for all, or else, of the rows of that scheme or
 * label of an axis, the one that is equal in everything but scheme and that axis. Null where there is none,
 * or where several would do, and for references themselves.
 */
export function chosenReferences(
  rows: readonly FamilyRow[],
  reference: string,
  axisFields?: AxisFields,
): (number | null)[] {
  const exact = rows.findIndex(({ label }) => label === reference)
  if (exact >= 0) return rows.map((_, index) => (index === exact ? null : exact))
  const candidates = [...rows.keys()].filter((index) => isBaseline(rows[index], reference))
  const own = Object.keys(rows[0]?.labels ?? {}).filter((axis) =>
    candidates.some((index) => rows[index].labels[axis] === reference),
  )
  const paths = new Set(own.flatMap((axis) => ownValue(axisFields, axis) ?? []))
  const schemes = rows.map(({ specs }) => [...new Set(specs.map(schemeKey))].sort().join())
  // A reference that is a scheme is held against others; one that is a setting, against its own scheme.
  const ofScheme =
    candidates.every((index) => rows[index].scheme === reference) || [...paths].some(isSchemeField)
  const rest = [...restOf(rows, axisFields)].filter(([path]) => !paths.has(path)).map(([, values]) => values)
  const agree = (a: number, b: number) =>
    (ofScheme || schemes[a] === schemes[b]) &&
    rest.every((values) => values[a] === null || values[b] === null || values[a] === values[b])
  return rows.map((_, index) => {
    if (candidates.includes(index)) return null
    const found = candidates.filter((each) => agree(each, index))
    return found.length === 1 ? found[0] : null
  })
}

const isDense = ({ specs }: FamilyRow) => specs.every(keepsAll)

/** Width and depth, as what they are multiplied by: references of another size differ in it alone. */
const extentOf = ({ specs }: FamilyRow): string =>
  [...new Set(specs.map(({ model }) => `${model.widthMultiplier} ${model.depthMultiplier}`))].sort().join()
