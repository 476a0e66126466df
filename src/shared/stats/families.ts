/**
 * Which rows are tested against each other: decided by fields of their specifications, never by what an axis
 * is called.
 */
import type { TestFamily } from '../contract/lab.ts'
import type { RunSpec } from '../spec/schema.ts'
import { comparedPaths, isSchemeField, schemeKey, settingOf } from './scheme-fields.ts'
import { groupBy } from './summary.ts'
import { ownValue } from './own-value.ts'

/** A row as a family sees it. */
export interface FamilyRow {
  readonly label: string
  readonly scheme?: string
  readonly labels: Readonly<Record<string, string>>
  /** The specifications that the row averages over. */
  readonly specs: readonly RunSpec[]
}

/** Label of an axis that makes no difference to a row. */
const ANY = 'any'

/** Fields of the axes of a study by name: what an absent label leaves unset. */
export type AxisFields = Readonly<Record<string, readonly string[]>>

/**
 * The settings in which rows differ, schemes aside: path → a value per row; null where a row has no such
 * setting, or averages over several values of it, both of which agree with every value.
 */
export function restOf(
  rows: readonly FamilyRow[],
  axisFields: AxisFields = {},
): Map<string, (string | null)[]> {
  const rest = new Map<string, (string | null)[]>()
  const axesOf = (path: string) => Object.keys(axisFields).filter((axis) => axisFields[axis].includes(path))
  for (const path of comparedPaths()) {
    if (isSchemeField(path)) continue
    const axes = axesOf(path)
    const values = rows.map(({ specs, labels }) => {
      const unset = axes.length > 0 && axes.every((axis) => (ownValue(labels, axis) ?? ANY) === ANY)
      const found = unset ? [] : [...new Set(specs.map((spec) => settingOf(spec, path)))]
      return found.length === 1 ? found[0] : null
    })
    if (new Set(values.filter((value) => value !== null)).size > 1) rest.set(path, values)
  }
  return rest
}

/** Whether a row is the baseline: by its scheme, its label, or one of its axes' labels. */
export function isBaseline(row: Pick<FamilyRow, 'label' | 'scheme' | 'labels'>, baseline: string): boolean {
  return row.scheme === baseline || row.label === baseline || Object.values(row.labels).includes(baseline)
}

/** The pairs of a family, each once, the earlier row first. */
export function familyPairs(
  rows: readonly FamilyRow[],
  family: TestFamily,
  baseline?: string,
  axisFields: AxisFields = {},
): [number, number][] {
  if (family === 'all') return pairsWithin(rows.map((_, index) => index))
  const rest = [...restOf(rows, axisFields).values()]
  const schemes = rows.map(({ specs }) => [...new Set(specs.map(schemeKey))].sort().join())
  // Rows that have all of these settings can only agree within a bucket, so that no two buckets are compared.
  const always = rest.filter((values) => !values.includes(null))
  const sometimes = rest.filter((values) => values.includes(null))
  const buckets = groupBy(rows.keys(), (index) => JSON.stringify(always.map((values) => values[index])))
  const agree = (a: number, b: number) =>
    sometimes.every((values) => values[a] === null || values[b] === null || values[a] === values[b])
  const base = (index: number) => baseline !== undefined && isBaseline(rows[index], baseline)
  const wanted = (a: number, b: number) =>
    family === 'baseline' ? base(a) !== base(b) : schemes[a] !== schemes[b]
  return [...buckets.values()]
    .flatMap((bucket) => pairsWithin(bucket).filter(([a, b]) => wanted(a, b) && agree(a, b)))
    .sort(([a, b], [c, d]) => a - c || b - d)
}

function pairsWithin(indices: readonly number[]): [number, number][] {
  return indices.flatMap((a, place) => indices.slice(place + 1).map((b): [number, number] => [a, b]))
}
