/**
 * From the runs of a row to its values: only runs that ended enter, each seed once; everything else is
 * counted apart.
 */
import type { RunStatus } from '../contract/run.ts'
import type { CompareEntry } from './compare-input.ts'
import { settingOf } from './scheme-fields.ts'
import { groupBy } from './summary.ts'

/** A run that ended with a result: finished, or diverged. */
export function hasEnded(status: RunStatus): boolean {
  return status === 'finished' || status === 'diverged'
}

/** What a value stands for: the seed, and the values of the fields that rows are averaged over. */
export function unitOf({ spec }: Pick<CompareEntry, 'spec'>, mixed: readonly string[]): string {
  if (mixed.length === 0) return String(spec.seed)
  return JSON.stringify([spec.seed, ...mixed.map((path) => settingOf(spec, path))])
}

export interface Counted {
  /** The runs that enter, one a unit, in the order of the units' first runs. */
  readonly counted: readonly CompareEntry[]
  readonly units: readonly string[]
  /** Units of the row, with a value or without. */
  readonly expected: number
  /** Ended runs of a unit that another run counts for: the same seed again, or on another backend. */
  readonly repeats: number
  /** Units without an ended run, by the status of their newest run. */
  readonly apart: Readonly<Partial<Record<RunStatus, number>>>
  /** Units that ended and lack the metric. */
  readonly missing: number
}

/**
 * One value a unit: of the ended runs that have a value the one of the lowest number, which a later
 * repetition does not change.
 */
export function countUnits(group: readonly CompareEntry[], mixed: readonly string[]): Counted {
  const counted: CompareEntry[] = []
  const units: string[] = []
  const apart: Partial<Record<RunStatus, number>> = {}
  let repeats = 0
  let missing = 0
  const byUnit = groupBy(group, (entry) => unitOf(entry, mixed))
  for (const [unit, entries] of byUnit) {
    const ended = entries.filter(({ status }) => hasEnded(status)).sort((a, b) => a.id - b.id)
    const first = ended.find(({ value }) => value !== null)
    if (first) {
      counted.push(first)
      units.push(unit)
      repeats += ended.length - 1
    } else if (ended.length > 0) missing += 1
    else {
      const { status } = entries.reduce((a, b) => (b.id > a.id ? b : a))
      apart[status] = (apart[status] ?? 0) + 1
    }
  }
  return { counted, units, expected: byUnit.size, repeats, apart, missing }
}
