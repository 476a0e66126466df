/** Ordering a list by dragging its items; the list offers the same by keyboard itself. */
import { ref } from 'vue'
import type { Ref } from 'vue'

export interface DragOrder<Key extends string | number> {
  readonly dragged: Ref<Key | null>
  /** The item that what is dragged would take the place of. */
  readonly target: Ref<Key | null>
  /** What makes an element an item of the list; bind it with `v-bind`. */
  readonly item: (key: Key) => Readonly<Record<string, unknown>>
}

/** `moved` is called with what was dragged and the item in whose place it was dropped. */
export function useDragOrder<Key extends string | number>(
  moved: (key: Key, target: Key) => void,
): DragOrder<Key> {
  const dragged = ref(null) as Ref<Key | null>
  const target = ref(null) as Ref<Key | null>
  const end = (): void => {
    dragged.value = null
    target.value = null
  }
  return {
    dragged,
    target,
    item: (key) => ({
      draggable: true,
      onDragstart: (event: DragEvent) => {
        dragged.value = key
        event.dataTransfer?.setData('text/plain', String(key))
      },
      onDragend: end,
      onDragover: (event: DragEvent) => {
        // Files that are dragged over the window are somebody else's.
        if (dragged.value === null) return
        event.preventDefault()
        target.value = key
      },
      onDrop: (event: DragEvent) => {
        if (dragged.value === null) return
        event.preventDefault()
        event.stopPropagation()
        if (dragged.value !== key) moved(dragged.value, key)
        end()
      },
    }),
  }
}
