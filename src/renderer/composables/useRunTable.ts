/** The table of runs from rows to lines: its arrangement, which is kept, and what follows from it. */
import { computed, shallowRef } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { RunRow } from '../../shared/contract/lab.ts'
import { isArrangement, shownColumns, STANDARD } from '../components/runs/arrangement.ts'
import type { Arrangement } from '../components/runs/arrangement.ts'
import { ColumnCatalogue } from '../components/runs/columns.ts'
import type { Column } from '../components/runs/columns.ts'
import { filterRows, sortRows } from '../components/runs/filter.ts'
import { GROUP_COLUMN, groupColumn, groupRows, itemsOf, sortGroups } from '../components/runs/group.ts'
import type { TableItem } from '../components/runs/group.ts'
import { useStored } from './useStored.ts'

export interface RunTable {
  readonly arrangement: Ref<Arrangement>
  /** All columns that the rows have something for. */
  readonly columns: ComputedRef<readonly Column[]>
  /** Those chosen, in order. */
  readonly chosen: ComputedRef<readonly Column[]>
  /** Those chosen, after the column that names the groups where there are groups. */
  readonly shown: ComputedRef<readonly Column[]>
  /** Rows that the filters leave, sorted. */
  readonly sorted: ComputedRef<readonly RunRow[]>
  readonly groupCount: ComputedRef<number>
  readonly items: ComputedRef<readonly TableItem[]>
  readonly change: (change: Partial<Arrangement>) => void
  readonly toggleGroup: (key: string) => void
  readonly foldAll: (open: boolean) => void
}

/** `rows` is null while they are on their way. */
export function useRunTable(rows: Readonly<ShallowRef<readonly RunRow[] | null>>): RunTable {
  const arrangement = useStored<Arrangement>('runs.arrangement', STANDARD, isArrangement)
  const catalogue = new ColumnCatalogue()
  /** Groups that are not as `foldAll` left them. */
  const turned = shallowRef<ReadonlySet<string>>(new Set())
  const openFirst = shallowRef(false)

  // Each depends on no more of the arrangement than it needs: a column that is dragged sorts nothing anew.
  const filters = computed(() => arrangement.value.filters)
  const words = computed(() => arrangement.value.words)
  const sorting = computed(() => arrangement.value.sorting)
  const grouping = computed(() => arrangement.value.grouping)
  const columns = computed(() => catalogue.take(rows.value ?? []))
  const chosen = computed(() => shownColumns(arrangement.value, columns.value))
  const shown = computed(() => {
    if (grouping.value.length === 0) return chosen.value
    const width = arrangement.value.widths[GROUP_COLUMN]
    return [width === undefined ? groupColumn : { ...groupColumn, width }, ...chosen.value]
  })
  const matching = computed(() => filterRows(rows.value ?? [], filters.value, words.value, columns.value))
  const sorted = computed(() => sortRows(matching.value, sorting.value, columns.value))
  const groups = computed(() =>
    grouping.value.length === 0
      ? null
      : sortGroups(groupRows(sorted.value, grouping.value, columns.value), sorting.value, columns.value),
  )
  const items = computed(() =>
    itemsOf(groups.value, sorted.value, (key) => turned.value.has(key) !== openFirst.value),
  )
  return {
    arrangement,
    columns,
    chosen,
    shown,
    sorted,
    groupCount: computed(() => groups.value?.length ?? 0),
    items,
    change: (change) => {
      arrangement.value = { ...arrangement.value, ...change }
    },
    toggleGroup: (key) => {
      const next = new Set(turned.value)
      if (!next.delete(key)) next.add(key)
      turned.value = next
    },
    foldAll: (open) => {
      openFirst.value = open
      turned.value = new Set()
    },
  }
}
