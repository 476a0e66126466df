/**
 * The rows of runs, kept fresh by events: thousands of rows, so changes are gathered before the page is
 * told.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { RunRow } from '../../shared/contract/lab.ts'
import { useLab } from './useLab.ts'
import { useQuery } from './useQuery.ts'
import { throttled } from './throttled.ts'
import type { ErrorMessage } from '../../shared/contract/errors.ts'

export interface RunRows {
  readonly rows: ShallowRef<readonly RunRow[] | null>
  readonly error: ShallowRef<ErrorMessage | null>
  /** Takes rows that a call gave back. */
  readonly merge: (changed: readonly RunRow[]) => void
  readonly refresh: () => void
}

const GATHER_MS = 250

/** Rows of a study (or of all, when it is undefined). Input null: nothing is asked. */
export function useRunRows(input: () => { study?: string; archived?: boolean } | null): RunRows {
  const lab = useLab()
  const query = useQuery('runs/list', input, { events: ['studies/changed'], every: 1000 })
  const rows = shallowRef<readonly RunRow[] | null>(null)
  let byId = new Map<number, RunRow>()

  watch(query.data, (list) => {
    byId = new Map((list ?? []).map((row) => [row.id, row]))
    rows.value = list
  })
  const [publish, stop] = throttled(() => {
    rows.value = [...byId.values()]
  }, GATHER_MS)

  function belongs(row: RunRow): boolean {
    const asked = input()
    if (!asked || (row.archived && asked.archived !== true)) return false
    return asked.study === undefined || row.study === asked.study || byId.has(row.id)
  }
  function merge(changed: readonly RunRow[]): void {
    if (!query.data.value) return
    for (const row of changed) {
      if (belongs(row)) byId.set(row.id, row)
      else byId.delete(row.id)
    }
    publish()
  }
  onScopeDispose(lab.on('run/changed', (row) => merge([row])))
  onScopeDispose(stop)
  return { rows, error: query.error, merge, refresh: query.refresh }
}
