/**
 * The comparison table: one row per group ("all but the seed"), mean ± sample deviation, best marked,
 * differences listed.
 */
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { honestLabels } from '../spec/ai-steps.ts'
import { schemeName } from '../spec/scheme-name.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { CompareEntry, CompareInput } from './compare-input.ts'
import { captionOf, compareGroups } from './compare-text.ts'
import { groupBy, present, summarize } from './summary.ts'

export { compareFields, fieldText, isIncomplete, metricName } from './compare-text.ts'

/**
 * Whether more is better (accuracy) or less (losses, times, residuals); null where neither is (singular
 * values, counts).
 */
export function betterDirection(metric: string): 'higher' | 'lower' | null {
  if (metric.includes('accuracy')) return 'higher'
  return /loss|error|step-ms|seconds|residual/.test(metric) ? 'lower' : null
}

/**
 * The table of a metric over runs, rows in the order in which their groups first appear. Bold
 * (`bestOfFamily`): the best mean of the rows that differ in initialization only, where there are two or
 * more; underlined (`bestOverall`): the best mean of all rows of one model and data set. Rows of equal mean
 * share the mark; a mean of NaN never has it.
 */
export function compareTable(input: CompareInput): CompareTable {
  const groups = [...groupBy(input.entries, (entry) => entry.group).values()]
  const direction = betterDirection(input.metric)
  const specs = groups.map((group) => group[0].spec)
  const members = groups.map((group) => group.map((entry) => entry.spec))
  const { differences, equal, mixed } = compareGroups(members)
  const bare = groups.map((group, index) => row(group, input, differences, index))
  const ofFamily = bestIn(bare, specs.map(familyOf), direction, 2)
  const overall = bestIn(bare, specs.map(modelOf), direction, 2)
  const rows = bare.map((each, index) => ({
    ...each,
    bestOfFamily: ofFamily[index],
    bestOverall: overall[index],
  }))
  return {
    metric: input.metric,
    at: input.at,
    higherIsBetter: direction === 'higher',
    axes: input.axes,
    rows,
    caption: captionOf(input, rows, specs, mixed),
    differences,
    equal,
  }
}

function row(
  group: readonly CompareEntry[],
  input: CompareInput,
  differences: CompareTable['differences'],
  index: number,
): CompareRow {
  const valued = group.filter((entry) => entry.value !== null)
  const values = present(valued.map((entry) => entry.value))
  const { n, mean, std, min, max } = summarize(values)
  // Labels that were stored before they told AI's steps are told here.
  const first = { ...group[0], labels: honestLabels(group[0].labels, group[0].spec) }
  const scheme = schemeName(first.spec)
  return {
    group: first.group,
    labels: first.labels,
    label: rowLabel(first, input.axes, scheme, differences, index),
    scheme,
    n,
    expected: input.expected?.get(first.group) ?? group.length,
    mean,
    std,
    min,
    max,
    diverged: group.filter((entry) => entry.status === 'diverged' || entry.divergedAt !== null).length,
    runs: valued.map((entry) => entry.id),
    seeds: valued.map((entry) => entry.spec.seed),
    values,
    parameters: group.find((entry) => entry.parameters !== null)?.parameters ?? null,
    density: group.find((entry) => entry.density !== null)?.density ?? null,
    bestOfFamily: false,
    bestOverall: false,
  }
}

/**
 * `ERK-EOI · 0.1` from the axes' labels; without axes the scheme and the fields that differ between the rows.
 */
function rowLabel(
  entry: CompareEntry,
  axes: readonly string[],
  scheme: string,
  differences: CompareTable['differences'],
  index: number,
): string {
  const labels = axes.length > 0 ? axes.map((axis) => entry.labels[axis]) : Object.values(entry.labels)
  const known = labels.filter((label) => label !== undefined)
  if (known.length > 0) return known.join(' · ')
  const other = differences
    .filter(({ path }) => !IN_SCHEME.has(path))
    .map(({ path, values }) => `${lastKey(path)} ${values[index]}`)
  return [scheme, ...other].join(' · ')
}

const IN_SCHEME = new Set([
  'sparsity.distribution',
  'sparsity.variant',
  'initialization.scheme',
  'initialization.fanInScale',
  'dynamic.method',
])
const lastKey = (path: string) => path.slice(path.lastIndexOf('.') + 1)

/** Everything but how the weights begin, and the seed. */
function familyOf(spec: RunSpec): string {
  const { initialization: _initialization, seed: _seed, ...rest } = spec
  return JSON.stringify(rest)
}

/** The model (multipliers aside, so that a narrowed dense reference counts) and the data. */
function modelOf(spec: RunSpec): string {
  const { name, depth, width, variant, activation } = spec.model
  return JSON.stringify([name, depth, width, variant, activation, spec.data.name])
}

function bestIn(
  rows: readonly CompareRow[],
  keys: readonly string[],
  direction: 'higher' | 'lower' | null,
  least: number,
): boolean[] {
  const marks = rows.map(() => false)
  if (direction === null) return marks
  for (const indices of groupBy(rows.keys(), (index) => keys[index]).values()) {
    const ranked = indices.filter((index) => !Number.isNaN(rows[index].mean))
    if (indices.length < least || ranked.length === 0) continue
    const means = ranked.map((index) => rows[index].mean)
    const best = means.reduce((a, b) => (direction === 'higher' ? Math.max(a, b) : Math.min(a, b)))
    for (const index of ranked) marks[index] = rows[index].mean === best
  }
  return marks
}
