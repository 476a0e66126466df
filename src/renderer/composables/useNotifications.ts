/**
 * Tells the desktop when a run ends badly or the queue has run dry; the shell shows it only when unfocused.
 */
import { onScopeDispose } from 'vue'
import type { BenchBridge } from '../../shared/contract/shell.ts'
import { useLab } from './useLab.ts'

export function useNotifications(bridge: BenchBridge): void {
  const lab = useLab()
  const told = new Set<string>()
  let busy = false

  onScopeDispose(
    lab.on('run/changed', (row) => {
      const key = `${row.id} ${row.status} ${row.finishedAt ?? ''}`
      if (row.status !== 'failed' || told.has(key)) return
      told.add(key)
      void bridge.notify({
        title: `Run ${row.id} failed`,
        body: (row.error?.message ?? '').slice(0, 1000),
        run: row.id,
        status: row.status,
      })
    }),
  )
  onScopeDispose(
    lab.on('queue/changed', (queue) => {
      const now = queue.running + queue.queued > 0
      if (busy && !now && !queue.paused) {
        const failed = queue.failed > 0 ? `, ${queue.failed} failed` : ''
        void bridge.notify({
          title: 'All runs are done',
          body: `${queue.finished} finished${failed}.`,
          run: null,
          status: 'finished',
        })
      }
      busy = now
    }),
  )
}
