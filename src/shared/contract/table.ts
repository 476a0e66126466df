/**
 * The table of runs a page at a time: filtered and sorted by the lab, so that a window holds only what it
 * shows.
 */
import type { RunRow } from './row.ts'
import type { ViewFilter, ViewSort } from './views.ts'

export interface RunsQuery {
  readonly study?: string
  /** Archived runs too. */
  readonly archived?: boolean
  /** Words that a row holds in its number, study, status, labels, tags or note. */
  readonly words?: string
  readonly filters?: readonly ViewFilter[]
  /**
   * Outermost first; ties keep the order of the runs' numbers. Missing values stand last, NaN before them.
   */
  readonly sort?: readonly ViewSort[]
  readonly offset?: number
  /** Rows of the page; 200 when left out, 0 for the order alone. */
  readonly limit?: number
}

export interface RunsPage {
  /** All runs that match, in order. */
  readonly ids: readonly number[]
  readonly offset: number
  /** Those of the page, in full. */
  readonly rows: readonly RunRow[]
}

/** What the table can show: every fact, label, metric and field that some run has. */
export interface RunsColumns {
  /** `Scheme`, `Density`, … */
  readonly labels: readonly string[]
  /** `test.accuracy`, …, shown as `last:test.accuracy` and `best:test.accuracy`. */
  readonly metrics: readonly string[]
  /** Fields of the specification whose values differ between runs. */
  readonly varied: readonly string[]
  /** Tags in use, the most frequent first. */
  readonly tags: readonly { readonly tag: string; readonly runs: number }[]
}
