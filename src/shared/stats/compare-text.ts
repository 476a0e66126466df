/** What a comparison says in words: its caption, and the fields in which its rows differ. */
import type { CompareRow, CompareTable, ValueAt } from '../contract/lab.ts'
import { allFields } from '../spec/fields.ts'
import { rawField } from '../spec/paths.ts'
import { dataName } from '../spec/scheme-name.ts'
import type { RunSpec } from '../spec/schema.ts'
import { RUN_STATUSES } from '../contract/run.ts'
import type { RunStatus } from '../contract/run.ts'
import { budgetText } from '../studies/budget-text.ts'
import type { CompareInput } from './compare-input.ts'
import { metricName } from '../format/metric.ts'
import { sizeNotes } from './size-note.ts'
import { isReplaced } from './diverged.ts'
import { isIncomplete } from './significance.ts'

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
  for (const { path } of allFields()) {
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

/** `density 0.1`: a field and its value in a label. */
export function fieldInWords(path: string, value: string): string {
  return `${path.slice(path.lastIndexOf('.') + 1)} ${value}`
}

const AT_WORDS: Readonly<Record<ValueAt, string>> = {
  last: 'at the last evaluation',
  best: 'at its best step',
  'best-validation': 'at the step of the best validation accuracy',
}

/** `Test accuracy at the last evaluation`; what was measured before training has no step to be taken at. */
export function valueWords(metric: string, at: ValueAt): string {
  const name = metricName(metric)
  return metric.startsWith('initialization.') ? name : `${name} ${AT_WORDS[at]}`
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
    `${valueWords(input.metric, input.at)} on ${data}`,
    `mean ± sample standard deviation (n − 1) over ${seeds} ${noun}`,
  ]
  const sentences = [`${parts.join(', ')}.`]
  const onTest = specs.filter((spec) => spec.data.validationFrom === 'test').length
  if (onTest > 0) {
    const whose = onTest === specs.length ? 'The test set' : 'Of some rows the test set'
    sentences.push(`${whose} is the validation set: what is chosen by validation is chosen on the test set.`)
  }
  if (mixed.length > 0) {
    sentences.push(`Averaged over more than the seed: ${mixed.join(', ')} differ inside a row.`)
  }
  if (rows.some((each) => each.bestOfFamily)) {
    sentences.push(
      'Bold: best of the rows that differ in initialization only (same model, data, density and ' +
        'distribution).',
    )
  }
  if (rows.some((each) => each.bestOverall)) {
    sentences.push('Underlined: best of the model on its data.', ...sizeNotes(rows, specs))
  }
  if (rows.some((each) => each.operations)) sentences.push(COST_TEXT)
  const budget = budgetText(rows, specs)
  if (budget !== '') sentences.push(budget)
  if (rows.some(isIncomplete)) {
    const apart = apartText(rows)
    sentences.push(
      `* incomplete: seeds without a result count for nothing${apart === '' ? '' : ` (${apart})`}, and ` +
        'nothing that they could change is marked as best.',
    )
  }
  if (input.reference !== undefined) sentences.push(referenceText(input.reference, rows))
  if (rows.some((each) => each.diverged > 0)) sentences.push(divergedText(input.metric))
  if (rows.some((each) => (each.repeats ?? 0) > 0)) {
    sentences.push(
      'A seed that ran more than once, or on several backends, counts once: its first run that ended.',
    )
  }
  return sentences.join(' ')
}

function referenceText(reference: string, rows: readonly CompareRow[]): string {
  const labels = [...new Set(rows.flatMap(({ against }) => against?.label ?? []))]
  if (labels.length === 0)
    return `No row is held against “${reference}”: there is none beside which others stand.`
  const of = labels.length === 1 ? `“${labels[0]}”` : `the row of “${reference}” that is equal in the rest`
  return `Δ: mean less the mean of ${of}.`
}

const COST_TEXT =
  'Training operations: floating-point, forward and backward, of all examples (RigL’s appendix).'

const STATUS_WORDS: Readonly<Record<RunStatus, string>> = {
  queued: 'waiting',
  running: 'running',
  paused: 'paused',
  finished: 'finished',
  diverged: 'diverged',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
}

/**
 * `2 cancelled, 1 failed, 3 without the metric`: why rows have fewer values than seeds; empty for no
 * reason.
 */
export function apartText(rows: readonly Pick<CompareRow, 'apart' | 'missing'>[]): string {
  const counts = RUN_STATUSES.map((status) => ({
    words: STATUS_WORDS[status],
    count: rows.reduce((total, row) => total + (row.apart?.[status] ?? 0), 0),
  }))
  const missing = rows.reduce((total, row) => total + (row.missing ?? 0), 0)
  return [...counts, { words: 'without the metric', count: missing }]
    .filter(({ count }) => count > 0)
    .map(({ words, count }) => `${count} ${words}`)
    .join(', ')
}

/** The rule by which diverged runs count, for captions. */
export function divergedText(metric: string): string {
  if (!isReplaced(metric)) return '† some runs diverged; their values were measured before that.'
  return metric.endsWith('.accuracy')
    ? '† some runs diverged; they count with chance (1 / classes).'
    : '† some runs diverged; they count with the loss that ended them, NaN or infinite.'
}
