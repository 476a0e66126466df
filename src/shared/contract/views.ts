/**
 * Saved views: of the table of runs, which columns, in which order and width, pinned, filtered, sorted and
 * grouped; of Compare, the address that holds all of what it shows.
 */

export const VIEW_PAGES = ['runs', 'compare'] as const
export type ViewPage = (typeof VIEW_PAGES)[number]

export interface ViewColumn {
  /** Id of a column: `status`, `last:test.accuracy`, `sparsity.density`, … */
  readonly id: string
  /** Pixels; the column's own when left out. */
  readonly width?: number
  readonly pinned?: boolean
}

export interface ViewFilter {
  readonly column: string
  readonly relation: ':' | '<' | '>' | '≤' | '≥'
  readonly value: string
}

export interface ViewSort {
  readonly column: string
  readonly descending: boolean
}

export interface TableView {
  /** Shown columns, in order. */
  readonly columns: readonly ViewColumn[]
  readonly filters: readonly ViewFilter[]
  /** Words that every row holds. */
  readonly words: string
  readonly sort: readonly ViewSort[]
  /** Columns whose values make the groups, outermost first. */
  readonly groupBy: readonly string[]
  /** Only the runs of a study; null: all. */
  readonly study: string | null
  /** Archived runs too. */
  readonly archived: boolean
}

/** A comparison of a study, or of runs of several. */
export interface ComparisonView {
  /** `/compare?study=…`, as in a link. */
  readonly address: string
}

export interface SavedView {
  readonly page: ViewPage
  /** Unique on its page. */
  readonly name: string
  /** A `TableView` for `runs`, a `ComparisonView` for `compare`. */
  readonly view: TableView | ComparisonView
  readonly updatedAt: string
}
