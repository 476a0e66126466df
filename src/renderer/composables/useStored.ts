/** A ref whose value is kept between starts, in the page's own storage. */
import { ref, watch } from 'vue'
import type { Ref } from 'vue'

/** `check` says whether what was stored (by any earlier version) is still of this kind. */
export function useStored<T>(key: string, standard: T, check: (value: unknown) => value is T): Ref<T> {
  const stored = ref(read()) as Ref<T>
  function read(): T {
    const text = localStorage.getItem(key)
    if (text === null) return standard
    try {
      const value: unknown = JSON.parse(text)
      return check(value) ? value : standard
    } catch (error) {
      if (error instanceof SyntaxError) return standard
      throw error
    }
  }
  watch(stored, (value) => localStorage.setItem(key, JSON.stringify(value)), { deep: true })
  return stored
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
