/**
 * The comparison table: one row per group ("all but the seed"), mean ± sample deviation, best marked,
 * differences listed.
 */
import { keepsAll, masksByItself } from '../methods/traits.ts'
import type { Against } from '../contract/compare.ts'
import type { CompareRow, CompareTable } from '../contract/lab.ts'
import { honestLabels } from '../spec/qualifiers.ts'
import { oneOfSections } from '../spec/sections.ts'
import { schemeName } from '../spec/scheme-name.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { CompareEntry, CompareInput } from './compare-input.ts'
import { captionOf, compareGroups, fieldInWords } from './compare-text.ts'
import { countUnits } from './counting.ts'
import { chosenReferences, referencesOf } from './references.ts'
import { isSchemeField } from './scheme-fields.ts'
import { isIncomplete } from './significance.ts'
import { groupBy, present, summarize } from './summary.ts'
import { ownValue } from './own-value.ts'

export { compareFields, fieldText } from './compare-text.ts'
export { isIncomplete } from './significance.ts'

/**
 * Whether more is better (accuracy) or less (losses, perplexities, times, residuals); null where neither is
 * (singular values, counts).
 */
export function betterDirection(metric: string): 'higher' | 'lower' | null {
  if (metric.includes('accuracy')) return 'higher'
  return /loss|perplexity|error|step-ms|seconds|residual/.test(metric) ? 'lower' : null
}

/**
 * The table of a metric over runs, rows in the order in which their groups first appear. Only runs that
 * finished or diverged enter, each seed once (counting.ts). Bold (`bestOfFamily`): the best mean of the rows
 * that differ in initialization only, where there are two or more; underlined (`bestOverall`): the best
 * mean of all rows of one model and data set. Rows of equal mean share the mark; a mean that is not finite
 * never has it, and nothing has it where a row that it would be held against is incomplete.
 */
export function compareTable(input: CompareInput): CompareTable {
  const groups = [...groupBy(input.entries, (entry) => entry.group).values()]
  const direction = betterDirection(input.metric)
  const specs = groups.map((group) => group[0].spec)
  const members = groups.map((group) => distinctSpecs(group.map((entry) => entry.spec)))
  const { differences, equal, mixed } = compareGroups(members)
  const densityAxes = axesOfDensity(input)
  const bare = groups.map((group, index) => row(group, input, { differences, mixed, densityAxes, index }))
  const ofFamily = bestIn(bare, specs.map(familyOf), direction, 2)
  const overall = bestIn(bare, specs.map(modelOf), direction, 2)
  const withSpecs = bare.map((each, index) => ({ ...each, specs: members[index] }))
  const references = referencesOf(withSpecs, input.axisFields)
  const chosen =
    input.reference === undefined
      ? bare.map(() => null)
      : chosenReferences(withSpecs, input.reference, input.axisFields)
  const rows = bare.map((each, index) => ({
    ...each,
    references: references[index],
    ...againstOf(bare, index, chosen[index]),
    ...placeOf(bare, index, (each) => isDense(members[each]), densityAxes),
    bestOfFamily: ofFamily[index],
    bestOverall: overall[index],
  }))
  return {
    metric: input.metric,
    at: input.at,
    higherIsBetter: direction === 'higher',
    axes: input.axes,
    rows,
    ...(input.reference === undefined ? {} : { reference: input.reference }),
    caption: captionOf(input, rows, specs, mixed),
    differences,
    equal,
  }
}

/** The specifications that differ in more than their seeds, each once: what fields are compared over. */
function distinctSpecs(specs: readonly RunSpec[]): RunSpec[] {
  return [
    ...new Map(oneOfSections(specs).map((spec) => [JSON.stringify({ ...spec, seed: 0 }), spec])).values(),
  ]
}

/** The row that was chosen as the reference of another. */
function againstOf(
  rows: readonly CompareRow[],
  index: number,
  chosen: number | null,
): { readonly against?: Against } {
  if (chosen === null || rows[chosen].n === 0) return {}
  const { label, mean } = rows[chosen]
  const difference = rows[index].mean - mean
  return { against: { label, mean, difference, incomplete: isIncomplete(rows[chosen]) } }
}

const isDense = (specs: readonly RunSpec[]) => specs.every(keepsAll)

/** A dense row with a density of its own is one of the size of the sparse rows of that density. */
function placeOf(
  rows: readonly CompareRow[],
  index: number,
  dense: (index: number) => boolean,
  densityAxes: ReadonlySet<string>,
): Pick<CompareRow, 'place'> {
  const [axis] = densityAxes
  const asked = axis === undefined ? undefined : rows[index].labels[axis]
  if (asked === undefined || asked === ANY || !dense(index)) return {}
  const sparse = rows.filter((row, each) => row.labels[axis] === asked && !dense(each))
  const reached = present(sparse.map(({ density }) => density))
  return reached.length === 0 ? {} : { place: summarize(reached).mean }
}

interface Around {
  readonly differences: CompareTable['differences']
  readonly mixed: readonly string[]
  readonly densityAxes: ReadonlySet<string>
  readonly index: number
}

function row(group: readonly CompareEntry[], input: CompareInput, around: Around): CompareRow {
  const { counted, units, expected, apart, missing, repeats } = countUnits(group, around.mixed)
  const values = present(counted.map((entry) => entry.value))
  const { n, mean, std, min, max } = summarize(values)
  // Labels that were stored before they told AI's steps are told here.
  const first = { ...group[0], labels: toldLabels(group) }
  const scheme = schemeName(first.spec)
  const axes = input.axes.length > 0 ? input.axes : Object.keys(first.labels)
  const ofLine = axes.filter((axis) => !around.densityAxes.has(axis) && ownValue(first.labels, axis) !== ANY)
  const labelOver = (some: readonly string[], skip: ReadonlySet<string>) =>
    rowLabel(
      some.map((axis) => ownValue(first.labels, axis)),
      scheme,
      around,
      skip,
    )
  return {
    group: first.group,
    labels: first.labels,
    label: labelOver(axes, NOTHING),
    scheme,
    line: labelOver(ofLine, OF_DENSITY),
    n,
    expected,
    apart,
    missing,
    repeats,
    mean,
    std,
    min,
    max,
    diverged: counted.filter((entry) => entry.status === 'diverged').length,
    runs: counted.map((entry) => entry.id),
    seeds: counted.map((entry) => entry.spec.seed),
    values,
    units,
    ends: counted.flatMap(({ end }) => end ?? []),
    members: group.map(({ id }) => id),
    live: group.filter(({ status }) => status === 'running').map(({ id }) => id),
    parameters: rounded(meanOf(counted, group, (entry) => entry.parameters)),
    density: meanOf(counted, group, (entry) => entry.density),
    operations: rounded(meanOf(counted, group, (entry) => entry.operations ?? null)),
    bestOfFamily: false,
    bestOverall: false,
  }
}

/** Labels with what must be told of the scheme, where that is true of every run of the row. */
function toldLabels(group: readonly CompareEntry[]): Readonly<Record<string, string>> {
  const [first] = group
  const told = honestLabels(first.labels, first.spec)
  const text = JSON.stringify(told)
  const same = group.every(({ spec }) => JSON.stringify(honestLabels(first.labels, spec)) === text)
  return same ? told : first.labels
}

/** The mean over the runs that count; over all where none of them tells it; null where none does. */
function meanOf(
  counted: readonly CompareEntry[],
  group: readonly CompareEntry[],
  of: (entry: CompareEntry) => number | null,
): number | null {
  const own = present(counted.map(of))
  const values = own.length > 0 ? own : present(group.map(of))
  return values.length === 0 ? null : summarize(values).mean
}

const rounded = (value: number | null) => (value === null ? null : Math.round(value))

const ANY = 'any'
const NOTHING: ReadonlySet<string> = new Set()
const DENSITY = 'sparsity.density'
const OF_DENSITY: ReadonlySet<string> = new Set([DENSITY])

/** Axes that say the density and nothing else: by their fields, else by labels that are the density. */
function axesOfDensity({ axes, axisFields, entries }: CompareInput): ReadonlySet<string> {
  const saysDensity = (axis: string) => {
    const paths = ownValue(axisFields, axis)
    if (paths) return paths.length > 0 && paths.every((path) => path === DENSITY)
    const labelled = entries.filter(({ labels }) => (ownValue(labels, axis) ?? ANY) !== ANY)
    return (
      labelled.length > 0 &&
      labelled.every(({ labels, spec }) => Number(ownValue(labels, axis)) === spec.sparsity.density)
    )
  }
  return new Set(axes.filter(saysDensity))
}

/**
 * `ERK-EOI · 0.1` from the axes' labels; without any the scheme and the fields that differ between the rows,
 * those of `skip` left out.
 */
function rowLabel(
  labels: readonly (string | undefined)[],
  scheme: string,
  { differences, index }: Around,
  skip: ReadonlySet<string>,
): string {
  const known = labels.filter((label) => label !== undefined)
  if (known.length > 0) return known.join(' · ')
  const other = differences
    .filter(({ path }) => !isSchemeField(path) && !skip.has(path))
    .map(({ path, values }) => fieldInWords(path, values[index]))
  return [scheme, ...other].join(' · ')
}

/**
 * Everything but how the weights begin, and the seed; of a scheme that brings its own masks all but the seed,
 * since its density is another than that of rows that say the same.
 */
function familyOf(spec: RunSpec): string {
  const { initialization, seed: _seed, ...rest } = spec
  return JSON.stringify(masksByItself(initialization) ? { initialization, ...rest } : rest)
}

/** The model (multipliers aside, so that a narrowed dense reference counts) and the data. */
function modelOf(spec: RunSpec): string {
  const { name, depth, width, variant, activation } = spec.model
  return JSON.stringify([name, depth, width, variant, activation, spec.data.name, spec.data.sha256])
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
    const ranked = indices.filter((index) => Number.isFinite(rows[index].mean))
    const undecided = indices.some((index) => isIncomplete(rows[index]))
    if (indices.length < least || ranked.length === 0 || undecided) continue
    const means = ranked.map((index) => rows[index].mean)
    const best = means.reduce((a, b) => (direction === 'higher' ? Math.max(a, b) : Math.min(a, b)))
    for (const index of ranked) marks[index] = rows[index].mean === best
  }
  return marks
}
