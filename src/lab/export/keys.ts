/** By what runs can be arranged and filtered: axes of their study, the scheme, fields that differ. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { CompareChoice, Only } from '../../shared/contract/compare.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import { rawField } from '../../shared/spec/paths.ts'
import { honestLabels } from '../../shared/spec/qualifiers.ts'
import { schemeName } from '../../shared/spec/scheme-name.ts'
import { fieldText } from '../../shared/stats/compare-text.ts'
import { comparedPaths, isSet, settingOf } from '../../shared/stats/scheme-fields.ts'
import { ANY } from '../../shared/studies/grid.ts'
import { ownValue } from '../../shared/stats/own-value.ts'

/** Name of the key that is the scheme as papers write it. */
export const SCHEME_KEY = 'scheme'

/** The axes of the labels, in the order in which they first appear. */
export function axesOf(rows: readonly RunRow[]): string[] {
  return [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))]
}

/** One run of each specification and labels, seeds aside: all others have the same values. */
function distinct(rows: readonly RunRow[]): RunRow[] {
  return [...new Map(rows.map((row) => [`${row.group} ${JSON.stringify(row.labels)}`, row])).values()]
}

/** What rows and columns can be of these runs: axes, the scheme, and fields that differ. */
export function keysOf(rows: readonly RunRow[]): string[] {
  const some = distinct(rows)
  const differing = comparedPaths().filter(
    (path) =>
      new Set(some.map(({ spec }) => settingOf(spec, path)).filter((value) => value !== null)).size > 1,
  )
  return [...axesOf(rows), SCHEME_KEY, ...differing]
}

/** The same with the values that there are of each. */
export function choicesOf(rows: readonly RunRow[]): CompareChoice[] {
  const axes = new Set(axesOf(rows))
  const some = distinct(rows)
  return keysOf(some).map((key) => ({
    key,
    axis: axes.has(key),
    values: [...new Set(some.map((row) => keyValue(row, key)))].filter((value) => value !== ANY),
  }))
}

/** A run's label or value of a key; `any` where it has no such setting, which agrees with every value. */
export function keyValue(row: RunRow, key: string): string {
  if (ownValue(row.labels, key) !== undefined) return honestLabels(row.labels, row.spec)[key]
  if (key === SCHEME_KEY) return schemeName(row.spec)
  // An axis that the run has no label of is no field.
  return comparedPaths().includes(key) && isSet(row.spec, key) ? fieldText(rawField(row.spec, key)) : ANY
}

/** Whether a key is an axis of the runs, the scheme or a field. */
export function isKey(rows: readonly RunRow[], key: string): boolean {
  return key === SCHEME_KEY || axesOf(rows).includes(key) || comparedPaths().includes(key)
}

/**
 * The runs that a filter keeps: of each key one of its values, or none of the setting at all.
 * @throws BenchError `bad-input` for a key that the runs do not have.
 */
export function onlyRows(rows: readonly RunRow[], only: Only = {}): RunRow[] {
  const kept = Object.entries(only).map(([key, values]) => [key, new Set([...values, ANY])] as const)
  const unknown = rows.length === 0 ? undefined : kept.find(([key]) => !isKey(rows, key))
  if (unknown) {
    throw new BenchError(
      'bad-input',
      `There is no “${unknown[0]}” to filter by. Known: ${keysOf(rows).join(', ')}.`,
      'only',
    )
  }
  const passes = (row: RunRow, key: string, values: ReadonlySet<string>) => {
    const label = ownValue(row.labels, key)
    return (label !== undefined && values.has(label)) || values.has(keyValue(row, key))
  }
  return rows.filter((row) => kept.every(([key, values]) => passes(row, key, values)))
}
