/**
 * The rows of runs, a page at a time so that the newest show at once, and kept fresh by events: thousands
 * of rows, so changes are gathered before the page is told.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { RunRow } from '../../shared/contract/lab.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'
import { throttled } from './throttled.ts'
import { useLab } from './useLab.ts'
import { useAsked } from './useQuery.ts'

export interface RunRows {
  /** Those that have come; null before the first. */
  readonly rows: ShallowRef<readonly RunRow[] | null>
  /** Whether more are on their way. */
  readonly loading: ShallowRef<boolean>
  readonly error: ShallowRef<ErrorMessage | null>
  /** Takes rows that a call gave back. */
  readonly merge: (changed: readonly RunRow[]) => void
  readonly refresh: () => void
}

const GATHER_MS = 250
const REFRESH_MS = 1000
/** More than a window shows; and as many as cross from the lab without holding up a frame for long. */
const FIRST_PAGE = 200
const PAGE = 1000
const NEWEST_FIRST = [{ column: 'id', descending: true }] as const

interface Asked {
  readonly study?: string
  readonly archived?: boolean
}

/** Rows of a study (or of all, when it is undefined). Input null: nothing is asked. */
export function useRunRows(input: () => Asked | null): RunRows {
  const lab = useLab()
  const rows = shallowRef<readonly RunRow[] | null>(null)
  let byId = new Map<number, RunRow>()
  /** What events told while pages were on their way: newer than the pages. */
  let told: RunRow[] = []

  /** All rows in the order of their numbers. */
  async function pages(asked: Asked, current: () => boolean): Promise<readonly RunRow[]> {
    told = []
    const found = new Map<number, RunRow>()
    for (let offset = 0; ;) {
      const limit = offset === 0 ? FIRST_PAGE : PAGE
      const page = await lab.call('runs/query', { ...asked, sort: NEWEST_FIRST, offset, limit })
      if (!current()) return []
      for (const row of page.rows) found.set(row.id, row)
      offset += page.rows.length
      if (offset < page.ids.length && page.rows.length > 0) {
        rows.value ??= [...page.rows].reverse()
        continue
      }
      // Runs that came or went between two pages shift those that follow.
      if (page.ids.every((id) => found.has(id))) return [...found.values()].sort((a, b) => a.id - b.id)
      offset = 0
    }
  }
  const query = useAsked(pages, input, { events: ['studies/changed'], every: REFRESH_MS })
  watch(query.data, (list) => {
    byId = new Map((list ?? []).map((row) => [row.id, row]))
    told.forEach(take)
    rows.value = list && [...byId.values()]
  })
  const [publish, stop] = throttled(() => {
    rows.value = [...byId.values()]
  }, GATHER_MS)

  function belongs(row: RunRow): boolean {
    const asked = input()
    if (!asked || (row.archived && asked.archived !== true)) return false
    return asked.study === undefined || row.study === asked.study || byId.has(row.id)
  }
  function take(row: RunRow): void {
    if (belongs(row)) byId.set(row.id, row)
    else byId.delete(row.id)
  }
  function merge(changed: readonly RunRow[]): void {
    if (query.loading.value) told.push(...changed)
    if (!query.data.value) return
    changed.forEach(take)
    publish()
  }
  onScopeDispose(lab.on('run/changed', (row) => merge([row])))
  onScopeDispose(stop)
  return { rows, loading: query.loading, error: query.error, merge, refresh: query.refresh }
}
