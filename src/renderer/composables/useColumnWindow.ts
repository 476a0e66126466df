/** The columns of a wide table that are in sight (and a little beyond), with their places. */
import { computed, onBeforeUnmount, onMounted, ref } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { Column } from '../table/columns.ts'

export interface PlacedColumn {
  readonly column: Column
  readonly index: number
  /** Pixels from the table's left edge. */
  readonly left: number
}

/** Pixels beyond either edge that are drawn ahead of a scroll. */
const SPARE = 200

/** `first` is the room left of the first column. Call `measure` when the scroller has scrolled. */
export function useColumnWindow(
  scroller: Readonly<Ref<HTMLElement | null>>,
  columns: () => readonly Column[],
  first: number,
): {
  readonly visible: ComputedRef<readonly PlacedColumn[]>
  readonly width: ComputedRef<number>
  readonly measure: () => void
} {
  const view = ref({ left: 0, width: 1200 })
  const placed = computed(() => {
    let left = first
    return columns().map((column, index): PlacedColumn => {
      const at = left
      left += column.width
      return { column, left: at, index }
    })
  })
  const width = computed(() => first + columns().reduce((sum, column) => sum + column.width, 0))
  const visible = computed(() => {
    const from = view.value.left - SPARE
    const to = view.value.left + view.value.width + SPARE
    return placed.value.filter(({ left, column }) => left + column.width > from && left < to)
  })
  function measure(): void {
    const element = scroller.value
    if (element) view.value = { left: element.scrollLeft, width: element.clientWidth || 1200 }
  }
  const observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(measure)
  onMounted(() => {
    measure()
    if (scroller.value) observer?.observe(scroller.value)
  })
  onBeforeUnmount(() => observer?.disconnect())
  return { visible, width, measure }
}
