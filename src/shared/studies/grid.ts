/** A study's grid expanded: base ∘ axes ∘ seeds, without exclusions and duplicates. */
import { BenchError } from '../contract/errors.ts'
import { honestLabels } from '../spec/ai-steps.ts'
import { groupOf, identityOf, sameValue } from '../spec/identity.ts'
import { parseSpec } from '../spec/parse.ts'
import { getField, setField } from '../spec/paths.ts'
import { problems as problemsOf } from '../spec/problems.ts'
import type { RunSpec } from '../spec/schema.ts'
import type { Study } from '../spec/study-schema.ts'

/** Label of an axis whose points all lead to this very specification. */
export const ANY = 'any'
/** Most runs that one study may have. */
export const MOST_RUNS = 100_000

export interface GridRun {
  readonly spec: RunSpec
  readonly identity: string
  readonly group: string
  /**
   * Axis name → point label; `any` where the axis makes no difference; an axis without a point here is left
   * out.
   */
  readonly labels: Readonly<Record<string, string>>
}

export interface Expansion {
  readonly runs: readonly GridRun[]
  /** Grid points that lead to a run already there. */
  readonly duplicates: number
  /** Grid points left out by `exclude`. */
  readonly excluded: number
  /** What is wrong or doubtful, each once, with the labels it was first met at. */
  readonly problems: readonly string[]
  /** True when a problem is an error, so that the study must not start. */
  readonly failed: boolean
}

interface Point {
  readonly input: Record<string, unknown>
  readonly labels: Record<string, string>
}

/**
 * All runs of a study, groups in grid order, seeds innermost. Conditions (`when`) look at the base and the
 * axes before; an axis of which no point applies is skipped for that combination. Specifications that cannot
 * be parsed become problems. `complete` adds what is bound when runs are made; its BenchErrors are problems too.
 * Throws BenchError('bad-specification') only for a grid larger than MOST_RUNS.
 */
export function expandStudy(study: Study, complete = (spec: RunSpec): RunSpec => spec): Expansion {
  const combinations = combine(study)
  const problems = new Map<string, string>()
  let failed = false
  const note = (message: string, labels: Readonly<Record<string, string>>) => {
    if (!problems.has(message)) problems.set(message, labelText(labels))
  }
  const groups = new Map<string, { spec: RunSpec; labels: Record<string, string> }>()
  let excluded = 0
  let points = 0
  const seeds = [...new Set(study.seeds)]
  for (const { input, labels } of combinations) {
    let spec: RunSpec
    try {
      spec = complete(parseSpec({ ...input, seed: seeds[0] }))
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
    for (const problem of problemsOf(spec)) {
      note(problem.message, labels)
      if (problem.severity === 'error') failed = true
    }
    points += study.seeds.length
    const group = groupOf(spec)
    const known = groups.get(group)
    const told = honestLabels(labels, spec)
    if (known) mergeLabels(known.labels, told)
    else groups.set(group, { spec, labels: { ...told } })
  }
  const runs = [...groups].flatMap(([group, { spec, labels }]) =>
    seeds.map((seed) => {
      const seeded = { ...spec, seed }
      return { spec: seeded, identity: identityOf(seeded), group, labels }
    }),
  )
  return {
    runs,
    excluded,
    failed,
    duplicates: points - runs.length,
    problems: [...problems].map(([message, at]) => (at === '' ? message : `${message} (${at})`)),
  }
}

/** `Scheme: ERK-EOI, Density: 0.1` */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([axis, label]) => `${axis}: ${label}`)
    .join(', ')
}

function combine(study: Study): Point[] {
  let combinations: Point[] = [{ input: study.base, labels: {} }]
  for (const axis of study.axes) {
    const next: Point[] = []
    for (const { input, labels } of combinations) {
      const points = axis.points.filter((point) => !point.when || holds(input, point.when))
      if (points.length === 0) next.push({ input, labels })
      for (const point of points) {
        const changed = Object.entries(point.set).reduce<Record<string, unknown>>(
          (at, [path, value]) => setField(at, path, value),
          input,
        )
        next.push({ input: changed, labels: { ...labels, [axis.name]: point.label } })
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

function holds(input: unknown, condition: Readonly<Record<string, number | string | boolean>>): boolean {
  return Object.entries(condition).every(([path, value]) => sameValue(getField(input, path), value))
}

/**
 * Where two points lead to one specification, an axis on which they differ does not matter: its label becomes
 * `any`.
 */
function mergeLabels(kept: Record<string, string>, other: Readonly<Record<string, string>>): void {
  for (const axis of new Set([...Object.keys(kept), ...Object.keys(other)])) {
    if (kept[axis] !== other[axis]) kept[axis] = ANY
  }
}
