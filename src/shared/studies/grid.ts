/** A study's grid expanded: base ∘ axes ∘ seeds, without exclusions and duplicates. */
import { BenchError } from '../contract/errors.ts'
import { deviationText } from '../format/deviation.ts'
import { changedFields, groupOf, identitiesOf, sameValue } from '../spec/identity.ts'
import { parseSpec } from '../spec/parse.ts'
import { getField, setField } from '../spec/paths.ts'
import { problems as problemsOf } from '../spec/problems.ts'
import type { Problem } from '../spec/problems.ts'
import { honestLabels } from '../spec/qualifiers.ts'
import { usedSpec } from '../spec/usage.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { Study } from '../spec/study-schema.ts'
import { budgetRows } from './budget.ts'
import type { BudgetRow } from './budget.ts'
import type { GridRun } from './grid-run.ts'
import { ofEachKind } from './kinds.ts'
import { searchGroups, searchProblems } from './search.ts'
import { denseReference, SAME_WITHIN } from './dense-reference.ts'

export type { GridRun } from './grid-run.ts'

/** Label of an axis whose points all lead to this very specification. */
export const ANY = 'any'
/** Most runs that one study may have. */
export const MOST_RUNS = 100_000

export interface Expansion {
  /** Those that are reported; where the learning rate is searched, as yet at the base's. */
  readonly runs: readonly GridRun[]
  /** Runs of the search, at its candidate rates; none without one. */
  readonly searched: readonly GridRun[]
  /** Grid points that lead to a run already there. */
  readonly duplicates: number
  /** Grid points left out by `exclude`. */
  readonly excluded: number
  /** What is wrong or doubtful, each once, with the labels it was first met at; of many alike the first. */
  readonly problems: readonly string[]
  /** Of the problems, what was set and no run uses. */
  readonly inVain: readonly string[]
  /** How long each row trains where all train for the same operations; none otherwise. */
  readonly budget: readonly BudgetRow[]
  /** True when a problem is an error, so that the study must not start. */
  readonly failed: boolean
}

export type Complete = (input: Record<string, unknown>) => Record<string, unknown>
type Note = (message: string, labels: Readonly<Record<string, string>>) => void

interface Point {
  readonly input: Record<string, unknown>
  readonly labels: Record<string, string>
  /** The axis on which it is a dense network of a sparse one's size. */
  readonly matched?: string
}

/**
 * All runs of a study, groups in grid order, seeds innermost. Conditions (`when`) look at the base and the
 * axes before; an axis of which no point applies is skipped for that combination. Specifications that cannot
 * be parsed become problems. `complete` fills in what a home knows of the names in a specification (own
 * models) before it is parsed, `bind` what a run is bound to when it is made (contents of own methods) after;
 * BenchErrors of both are problems too. Throws BenchError('bad-specification') only for a grid larger than
 * MOST_RUNS.
 */
export function expandStudy(
  study: Study,
  complete: Complete = (input) => input,
  bind = (spec: RunSpec): RunSpec => spec,
): Expansion {
  const problems = new Map<string, string>()
  let failed = false
  const note = (message: string, labels: Readonly<Record<string, string>>) => {
    if (!problems.has(message)) problems.set(message, labelText(labels))
  }
  const combinations = combine(study, note, complete)
  let groups: Groups = new Map()
  /** What a point sets and does not use is told where no other point uses it. */
  const vain: { readonly problem: Problem; readonly labels: Readonly<Record<string, string>> }[] = []
  const usedPaths = new Set<string>()
  const inVain = new Set<string>()
  let excluded = 0
  let points = 0
  const seeds = [...new Set(study.seeds)]
  for (const { input, labels, matched } of combinations) {
    let spec: RunSpec
    try {
      spec = bind(parseSpec({ ...complete(input), seed: seeds[0] }))
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      note(error.message, labels)
      failed = true
      continue
    }
    if (study.exclude.some((condition) => holds(spec, condition))) {
      excluded += study.seeds.length
      continue
    }
    const unused = new Set<string>()
    for (const problem of problemsOf(spec)) {
      if (problem.vain) {
        vain.push({ problem, labels })
        unused.add(problem.where)
      } else note(problem.message, labels)
      if (problem.severity === 'error') failed = true
    }
    points += study.seeds.length
    for (const path of Object.keys(changedFields(spec))) if (!unused.has(path)) usedPaths.add(path)
    const used = usedSpec(spec)
    const group = groupOf(used)
    const known = groups.get(group)
    const told = honestLabels(labels, spec)
    if (known) mergeLabels(known.labels, told, matched)
    else groups.set(group, { spec, used, labels: { ...told } })
  }
  for (const { problem, labels } of vain) {
    if (usedPaths.has(problem.where)) continue
    note(problem.message, labels)
    inVain.add(problem.message)
  }
  let budget: readonly BudgetRow[] = []
  if (study.budget && !failed) {
    try {
      budget = budgetRows(study.budget, [...groups.values()])
      groups = regrouped(budget)
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      note(error.message, {})
      failed = true
    }
  }
  const runs = [...groups].flatMap(([group, { spec, used, labels }]) => {
    const identities = identitiesOf(used, seeds)
    return seeds.map((seed, index) => ({
      spec: { ...spec, seed },
      identity: identities[index],
      group,
      labels,
    }))
  })
  for (const problem of searchProblems(study, runs)) {
    note(problem, {})
    failed = true
  }
  return {
    runs,
    searched: searchGroups(study, runs).flatMap(({ candidates }) => candidates.flatMap((each) => each.runs)),
    excluded,
    failed,
    duplicates: points - runs.length,
    inVain: [...inVain],
    budget,
    problems: ofEachKind(problems),
  }
}

type Groups = Map<string, { spec: RunSpec; used: RunSpec; labels: Record<string, string> }>

/** The groups at their budgets; what differed in epochs alone is one now. */
function regrouped(rows: readonly BudgetRow[]): Groups {
  const groups: Groups = new Map()
  for (const { spec, labels } of rows) {
    const used = usedSpec(spec)
    const group = groupOf(used)
    const known = groups.get(group)
    if (known) mergeLabels(known.labels, labels, undefined)
    else groups.set(group, { spec, used, labels: { ...labels } })
  }
  return groups
}

/** `Scheme: ERK-EOI, Density: 0.1` */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([axis, label]) => `${axis}: ${label}`)
    .join(', ')
}

/**
 * A point with the multiplier solved that makes it the size of the sparse network before it; null where there
 * is none, with a note. A deviation beyond one per cent is told in the label.
 */
function matchedPoint(
  input: Record<string, unknown>,
  point: Study['axes'][number]['points'][number],
  complete: Complete,
  note: (message: string) => void,
): Study['axes'][number]['points'][number] | null {
  if (!point.match) return point
  try {
    const sparse = parseSpec(complete(input))
    if (sparse.sparsity.density === 1) return null
    const { field, multiplier, deviation } = denseReference(sparse, point.match)
    const off = Math.abs(deviation) > SAME_WITHIN ? ` (${deviationText(deviation)})` : ''
    return {
      ...point,
      label: `${point.label}${off}`,
      set: { ...point.set, [`model.${field}`]: multiplier },
    }
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    note(`${point.label} is left out: ${error.message}`)
    return null
  }
}

function combine(study: Study, note: Note, complete: Complete): Point[] {
  let combinations: Point[] = [{ input: study.base, labels: {} }]
  for (const axis of study.axes) {
    const next: Point[] = []
    for (const { input, labels, matched } of combinations) {
      const points = axis.points.filter((point) => !point.when || holds(input, point.when))
      if (points.length === 0) next.push({ input, labels, matched })
      for (const each of points) {
        const point = matchedPoint(input, each, complete, (message) => note(message, labels))
        if (!point) continue
        const changed = Object.entries(point.set).reduce<Record<string, unknown>>(
          (at, [path, value]) => setField(at, path, value),
          input,
        )
        next.push({
          input: changed,
          labels: { ...labels, [axis.name]: point.label },
          matched: point.match ? axis.name : matched,
        })
      }
      if (next.length * study.seeds.length > MOST_RUNS) {
        throw new BenchError(
          'bad-specification',
          `The grid has more than ${MOST_RUNS} runs; take fewer points or seeds.`,
          'axes',
        )
      }
    }
    combinations = next
  }
  return combinations
}

/** Whether every field of a condition has its value in a specification. */
export function holds(
  input: unknown,
  condition: Readonly<Record<string, number | string | boolean>>,
): boolean {
  return Object.entries(condition).every(([path, value]) => sameValue(getField(input, path), value))
}

/**
 * Where two points lead to one specification, an axis on which they differ does not matter: its label becomes
 * `any`. Dense references that are one network keep both names.
 */
function mergeLabels(
  kept: Record<string, string>,
  other: Readonly<Record<string, string>>,
  matched: string | undefined,
): void {
  for (const axis of new Set([...Object.keys(kept), ...Object.keys(other)])) {
    if (kept[axis] === other[axis]) continue
    kept[axis] = axis === matched ? joined(kept[axis], other[axis]) : ANY
  }
}

/** One network may have a sparse one's parameters and its operations. */
function joined(one: string, other: string): string {
  return one.split(' / ').includes(other) ? one : `${one} / ${other}`
}
