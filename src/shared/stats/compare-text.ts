/** What a comparison says in words: its caption, and the fields in which its rows differ. */
import type { CompareRow, CompareTable, ValueAt } from '../contract/lab.ts'
import { fields } from '../spec/fields.ts'
import { rawField } from '../spec/paths.ts'
import { dataName } from '../spec/scheme-name.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { CompareInput } from './compare-input.ts'

/** True for a row whose grid has runs that are not in it yet. */
export function isIncomplete(row: Pick<CompareRow, 'n' | 'expected'>): boolean {
  return row.n < row.expected
}

/**
 * Fields that differ between specifications, and those that do not, the seed left out; in the schema's order.
 */
export function compareFields(specs: readonly RunSpec[]): Pick<CompareTable, 'differences' | 'equal'> {
  const { differences, equal } = compareGroups(specs.map((spec) => [spec]))
  return { differences, equal }
}

/**
 * The same for groups of specifications. A field that differs inside a group has all its values there, and is
 * named in `mixed`.
 */
export function compareGroups(
  groups: readonly (readonly RunSpec[])[],
): Pick<CompareTable, 'differences' | 'equal'> & { readonly mixed: readonly string[] } {
  const differences: { path: string; values: string[] }[] = []
  const equal: { path: string; value: string }[] = []
  const mixed: string[] = []
  if (groups.length === 0) return { differences, equal, mixed }
  for (const { path } of fields()) {
    if (path === 'seed') continue
    const sets = groups.map((specs) => new Set(specs.map((spec) => fieldText(rawField(spec, path)))))
    if (sets.some((set) => set.size > 1)) mixed.push(path)
    const values = sets.map((set) => [...set].join(' | '))
    if (values.every((value) => value === values[0])) equal.push({ path, value: values[0] })
    else differences.push({ path, values })
  }
  return { differences, equal, mixed }
}

/** A field's value as tables show it, exact: lists with commas, empty text as nothing. */
export function fieldText(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value)
}

const AT_WORDS: Readonly<Record<ValueAt, string>> = {
  last: 'at the last evaluation',
  best: 'at its best step',
  'best-validation': 'at the step of the best validation accuracy',
}

/** What bold, underline and marks mean, the data and the number of seeds, in words. */
export function captionOf(
  input: CompareInput,
  rows: readonly CompareRow[],
  specs: readonly RunSpec[],
  mixed: readonly string[] = [],
): string {
  if (rows.length === 0) return 'No runs.'
  const counts = [...new Set(rows.map((each) => each.n))].sort((a, b) => a - b)
  const seeds = counts.length === 1 ? `${counts[0]}` : `${counts[0]} to ${counts[counts.length - 1]}`
  const data = [...new Set(specs.map((spec) => dataName(spec.data.name)))].join(', ')
  const noun = `${mixed.length > 0 ? 'run' : 'seed'}${seeds === '1' ? '' : 's'}`
  const parts = [
    `${metricName(input.metric)} ${AT_WORDS[input.at]} on ${data}`,
    `mean ± sample standard deviation (n − 1) over ${seeds} ${noun}`,
  ]
  const sentences = [`${parts.join(', ')}.`]
  if (mixed.length > 0) {
    sentences.push(`Averaged over more than the seed: ${mixed.join(', ')} differ inside a row.`)
  }
  if (rows.some((each) => each.bestOfFamily)) {
    sentences.push(
      'Bold: best of the rows that differ in initialization only (same model, data, density and ' +
        'distribution).',
    )
  }
  if (rows.some((each) => each.bestOverall)) sentences.push('Underlined: best of the model on its data.')
  if (rows.some(isIncomplete)) sentences.push('* incomplete: runs of the grid are missing.')
  if (rows.some((each) => each.diverged > 0)) sentences.push('† some runs diverged.')
  return sentences.join(' ')
}

/** `test.accuracy` → `Test accuracy`. */
export function metricName(metric: string): string {
  const words = metric.replaceAll('.', ' ').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
