/** How the user has arranged the table of runs, and the arrangements that can be made. Plain data, kept. */
import type { TableView } from '../../../shared/contract/views.ts'
import { DEFAULT_COLUMNS } from './columns.ts'
import type { Column } from './columns.ts'
import { RELATIONS } from './filter.ts'
import type { Filter, Sorting } from './filter.ts'

export interface Arrangement {
  /** Ids of the columns shown, in order; pinned ones come first. */
  readonly columns: readonly string[]
  /** Ids of columns that stay in sight at the left. */
  readonly pinned: readonly string[]
  /** Pixels, for columns whose width was chosen. */
  readonly widths: Readonly<Record<string, number>>
  /** Columns whose values the rows of a group share; none for no groups. */
  readonly grouping: readonly string[]
  readonly sorting: Sorting
  readonly filters: readonly Filter[]
  readonly words: string
  readonly archived: boolean
}

export const LEAST_WIDTH = 48
export const MOST_WIDTH = 800

export const STANDARD: Arrangement = {
  columns: DEFAULT_COLUMNS,
  pinned: ['id'],
  widths: {},
  grouping: [],
  sorting: { column: 'id', descending: true },
  filters: [],
  words: '',
  archived: false,
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
function isFilter(value: unknown): value is Filter {
  return (
    isRecord(value) &&
    typeof value.column === 'string' &&
    typeof value.value === 'string' &&
    RELATIONS.some((relation) => relation === value.relation)
  )
}

/** Whether something that was stored, by this version or another, is an arrangement. */
export function isArrangement(value: unknown): value is Arrangement {
  return (
    isRecord(value) &&
    isTexts(value.columns) &&
    isTexts(value.pinned) &&
    isRecord(value.widths) &&
    Object.values(value.widths).every((width) => typeof width === 'number') &&
    isTexts(value.grouping) &&
    isRecord(value.sorting) &&
    typeof value.sorting.column === 'string' &&
    typeof value.sorting.descending === 'boolean' &&
    Array.isArray(value.filters) &&
    value.filters.every(isFilter) &&
    typeof value.words === 'string' &&
    typeof value.archived === 'boolean'
  )
}

/** The columns shown, pinned first, with the widths that were chosen; ids that no run has are passed over. */
export function shownColumns(view: Arrangement, columns: readonly Column[]): readonly Column[] {
  const byId = new Map(columns.map((column) => [column.id, column]))
  return inOrder(view).flatMap((id) => {
    const column = byId.get(id)
    if (!column) return []
    const width = view.widths[id]
    return [width === undefined ? column : { ...column, width }]
  })
}

function inOrder(view: Arrangement): readonly string[] {
  return [
    ...view.columns.filter((id) => view.pinned.includes(id)),
    ...view.columns.filter((id) => !view.pinned.includes(id)),
  ]
}

/** `id` put in the place of `target`; across the border of the pinned, it becomes pinned or loose. */
export function moveColumn(view: Arrangement, id: string, target: string): Arrangement {
  const order = inOrder(view)
  const from = order.indexOf(id)
  const to = order.indexOf(target)
  if (from < 0 || to < 0 || from === to) return view
  const without = order.filter((each) => each !== id)
  const columns = [...without.slice(0, to), id, ...without.slice(to)]
  const pinned = view.pinned.filter((each) => each !== id)
  return { ...view, columns, pinned: view.pinned.includes(target) ? [...pinned, id] : pinned }
}

/** `id` moved by so many places; at the ends it stays. */
export function shiftColumn(view: Arrangement, id: string, by: number): Arrangement {
  const order = inOrder(view)
  const target = order[order.indexOf(id) + by]
  return target === undefined ? view : moveColumn(view, id, target)
}

export function resizeColumn(view: Arrangement, id: string, width: number): Arrangement {
  const kept = Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)))
  return { ...view, widths: { ...view.widths, [id]: kept } }
}

/** Pins a column, or lets it loose; one that is not shown is shown by pinning it. */
export function togglePin(view: Arrangement, id: string): Arrangement {
  const pinned = view.pinned.includes(id) ? view.pinned.filter((each) => each !== id) : [...view.pinned, id]
  return { ...view, pinned, columns: view.columns.includes(id) ? view.columns : [...view.columns, id] }
}

/** Shows a column as the last, or hides it. */
export function toggleColumn(view: Arrangement, id: string): Arrangement {
  return view.columns.includes(id)
    ? {
        ...view,
        columns: view.columns.filter((each) => each !== id),
        pinned: view.pinned.filter((each) => each !== id),
      }
    : { ...view, columns: [...view.columns, id] }
}

/** A click on a head: ascending first, then the other way. */
export function sortBy(view: Arrangement, column: string): Arrangement {
  const descending = view.sorting.column === column ? !view.sorting.descending : false
  return { ...view, sorting: { column, descending } }
}

/** The arrangement as the lab keeps it under a name. */
export function savedView(arrangement: Arrangement, study: string | null): TableView {
  const { widths, pinned, filters, words, sorting, grouping, archived } = arrangement
  return {
    columns: inOrder(arrangement).map((id) => ({
      id,
      ...(widths[id] === undefined ? {} : { width: widths[id] }),
      ...(pinned.includes(id) ? { pinned: true } : {}),
    })),
    filters,
    words,
    sort: [sorting],
    groupBy: grouping,
    study,
    archived,
  }
}

/** The arrangement of a saved view; its study is the page's to choose. */
export function arrangementOf({ columns, filters, words, sort, groupBy, archived }: TableView): Arrangement {
  return {
    columns: columns.map(({ id }) => id),
    pinned: columns.filter(({ pinned }) => pinned === true).map(({ id }) => id),
    widths: Object.fromEntries(
      columns.flatMap(({ id, width }) => (width === undefined ? [] : [[id, width]])),
    ),
    filters,
    words,
    sorting: sort[0] ?? STANDARD.sorting,
    grouping: groupBy,
    archived,
  }
}
