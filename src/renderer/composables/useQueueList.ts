/** What runs and what waits, in the order in which it will be taken, and how that order is changed. */
import { computed } from 'vue'
import type { ComputedRef } from 'vue'
import type { RunRow } from '../../shared/contract/lab.ts'
import type { Priority, QueueEntry, QueueOrder } from '../../shared/contract/queue.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import { useLab } from './useLab.ts'
import { useQuery } from './useQuery.ts'
import { useToasts } from './useToasts.ts'

export interface WaitingRun {
  readonly entry: QueueEntry
  /** Null for runs beyond those whose rows are fetched. */
  readonly row: RunRow | null
}

export interface QueueList {
  readonly running: ComputedRef<readonly RunRow[]>
  readonly waiting: ComputedRef<readonly WaitingRun[] | null>
  readonly failed: ComputedRef<readonly number[]>
  /** Puts a waiting run in the place of another. */
  readonly place: (run: number, target: number) => Promise<void>
  /** Moves a waiting run by so many places, or to an end. */
  readonly move: (run: number, by: number | 'front' | 'back') => Promise<void>
  readonly setPriority: (run: number, priority: Priority) => Promise<void>
  readonly act: (action: 'pause' | 'resume' | 'cancel' | 'retry', ids: readonly number[]) => Promise<void>
}

/** Rows that are fetched for their names; what lies further back is shown by its number. */
const NAMED = 500

export function useQueueList(): QueueList {
  const lab = useLab()
  const toasts = useToasts()
  const events = ['queue/changed', 'queue/reordered', 'run/changed'] as const
  const rowsIn = (status: RunStatus, limit: number) =>
    useQuery(
      'runs/query',
      () => ({ filters: [{ column: 'status', relation: ':' as const, value: status }], limit }),
      { events, every: 1000 },
    ).data
  const list = useQuery('queue/list', () => ({}), { events, every: 500 })
  const runningPage = rowsIn('running', 64)
  const waitingPages = (['queued', 'paused', 'interrupted'] as const).map((status) => rowsIn(status, NAMED))
  const failedPage = rowsIn('failed', 0)
  const byId = computed(
    () => new Map(waitingPages.flatMap((page) => page.value?.rows ?? []).map((row) => [row.id, row])),
  )
  const waiting = computed(
    () =>
      list.data.value?.map((entry): WaitingRun => ({ entry, row: byId.value.get(entry.run) ?? null })) ??
      null,
  )

  async function order(change: QueueOrder): Promise<void> {
    try {
      list.data.value = await lab.call('queue/order', change)
    } catch (reason) {
      toasts.failed(reason)
    }
  }
  async function move(run: number, by: number | 'front' | 'back'): Promise<void> {
    if (typeof by === 'string') return order({ ids: [run], to: by })
    const entries = list.data.value ?? []
    const to = entries.findIndex((entry) => entry.run === run) + by
    if (to < 0 || to >= entries.length) return
    // Going down, the run itself has left the places above its new one.
    const before = entries[by > 0 ? to + 1 : to]
    return order(before ? { ids: [run], before: before.run } : { ids: [run], to: 'back' })
  }
  return {
    running: computed(() => runningPage.value?.rows ?? []),
    waiting,
    failed: computed(() => failedPage.value?.ids ?? []),
    move,
    place: (run, target) => {
      const entries = list.data.value ?? []
      const at = (id: number) => entries.findIndex((entry) => entry.run === id)
      return move(run, at(target) - at(run))
    },
    setPriority: (run, priority) => order({ ids: [run], priority }),
    act: async (action, ids) => {
      if (ids.length === 0) return
      try {
        await lab.call(`runs/${action}`, { ids })
        list.refresh()
      } catch (reason) {
        toasts.failed(reason)
      }
    },
  }
}
