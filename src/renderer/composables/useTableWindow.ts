/**
 * The rows and columns of a large table that are in sight, and where they stand. The table is drawn in a
 * frame that sticks to the scroller's view and is filled anew at each scroll: however fast one scrolls, what
 * stands there are rows, never room that was not filled yet.
 */
import { computed, onBeforeUnmount, onMounted, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { Column } from '../components/runs/columns.ts'

export interface PlacedColumn {
  readonly column: Column
  /** Place among the columns shown, from 0. */
  readonly index: number
  /** Pixels from the left edge: of the table for loose columns, of the view for pinned ones. */
  readonly left: number
}

export interface TableWindowOptions {
  readonly scroller: Readonly<Ref<HTMLElement | null>>
  readonly columns: () => readonly Column[]
  readonly pinned: () => ReadonlySet<string>
  readonly count: () => number
  /** Pixels left of the first column. */
  readonly first: number
}

export interface TableWindow {
  readonly pinned: ComputedRef<readonly PlacedColumn[]>
  /** Loose columns in sight and a little beyond. */
  readonly loose: ComputedRef<readonly PlacedColumn[]>
  readonly pinnedWidth: ComputedRef<number>
  readonly width: ComputedRef<number>
  readonly height: ComputedRef<number>
  /** Indices of the rows in sight and a little beyond. */
  readonly rows: ComputedRef<readonly number[]>
  /** How many rows are held in the page at most: row `i` may take over what row `i − capacity` left. */
  readonly capacity: ComputedRef<number>
  readonly view: Ref<{ top: number; left: number; width: number; height: number }>
  readonly measure: () => void
  readonly pageSize: () => number
  readonly scrollToRow: (index: number) => void
  readonly scrollToColumn: (id: string) => void
}

export const ROW_HEIGHT = 30
export const HEAD_HEIGHT = 32
/** Beyond the edges of the view: drawn before they are needed. */
const SPARE_ROWS = 6
const SPARE_PIXELS = 200

/** Call `measure` when the scroller has scrolled. */
export function useTableWindow(options: TableWindowOptions): TableWindow {
  const { scroller, columns, pinned: isPinned, count, first } = options
  // Where there is no layout (before mounting, in tests) a common size is assumed.
  const view = ref({ top: 0, left: 0, width: 1200, height: 720 })

  const placed = computed(() => {
    const pins: PlacedColumn[] = []
    const loose: PlacedColumn[] = []
    let left = first
    for (const [index, column] of columns().entries()) {
      const list = isPinned().has(column.id) ? pins : loose
      list.push({ column, index, left })
      left += column.width
    }
    return { pins, loose, width: left }
  })
  const pinnedWidth = computed(
    () => first + placed.value.pins.reduce((sum, { column }) => sum + column.width, 0),
  )
  const loose = computed(() => {
    const from = view.value.left + pinnedWidth.value - SPARE_PIXELS
    const to = view.value.left + view.value.width + SPARE_PIXELS
    return placed.value.loose.filter(({ left, column }) => left + column.width > from && left < to)
  })
  const capacity = computed(() => Math.ceil(view.value.height / ROW_HEIGHT) + 2 * SPARE_ROWS)
  const firstRow = computed(() =>
    Math.max(0, Math.min(Math.floor(view.value.top / ROW_HEIGHT) - SPARE_ROWS, count() - capacity.value)),
  )
  const rows = computed(() => {
    const held = Math.min(capacity.value, count() - firstRow.value)
    return Array.from({ length: Math.max(0, held) }, (_, at) => firstRow.value + at)
  })

  function measure(): void {
    const element = scroller.value
    if (!element) return
    view.value = {
      top: element.scrollTop,
      left: element.scrollLeft,
      width: element.clientWidth || 1200,
      height: element.clientHeight || 720,
    }
  }
  function bodyHeight(): number {
    return view.value.height - HEAD_HEIGHT
  }
  const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(measure)
  onMounted(() => {
    measure()
    if (scroller.value) observer?.observe(scroller.value)
  })
  onBeforeUnmount(() => observer?.disconnect())

  return {
    pinned: computed(() => placed.value.pins),
    loose,
    pinnedWidth,
    width: computed(() => placed.value.width),
    height: computed(() => HEAD_HEIGHT + count() * ROW_HEIGHT),
    rows,
    capacity,
    view,
    measure,
    pageSize: () => Math.max(1, Math.floor(bodyHeight() / ROW_HEIGHT) - 1),
    scrollToRow: (index) => {
      const element = scroller.value
      if (!element) return
      const top = index * ROW_HEIGHT
      if (top < element.scrollTop) element.scrollTop = top
      else if (top + ROW_HEIGHT > element.scrollTop + bodyHeight()) {
        element.scrollTop = top + ROW_HEIGHT - bodyHeight()
      }
      measure()
    },
    scrollToColumn: (id) => {
      const element = scroller.value
      const place = placed.value.loose.find(({ column }) => column.id === id)
      if (!element || !place) return
      const from = place.left - pinnedWidth.value
      const to = place.left + place.column.width - view.value.width
      if (element.scrollLeft > from) element.scrollLeft = from
      else if (element.scrollLeft < to) element.scrollLeft = to
      measure()
    },
  }
}
