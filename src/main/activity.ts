/**
 * What the desktop sees of the queue: progress on the taskbar and in the title, no sleep while a run is on.
 */
import { powerSaveBlocker } from 'electron'
import type { BrowserWindow } from 'electron'
import type { QueueState } from '../shared/contract/lab.ts'

export const TITLE = 'Givens Bench'

/** `Givens Bench`, or with the share done and how many runs are on. */
export function titleOf(queue: QueueState | null): string {
  if (!queue || (queue.running === 0 && queue.queued === 0)) return TITLE
  if (queue.paused) return `Paused – ${TITLE}`
  const percent = queue.fraction === null ? '' : `${Math.floor(queue.fraction * 100)} % – `
  return `${percent}${TITLE}`
}

/** Shows queue states on the window; ends when the window closes. */
export function createActivity(): {
  readonly show: (window: BrowserWindow | null, queue: QueueState | null) => void
} {
  let blocker: number | null = null
  return {
    show(window, queue) {
      const running = queue !== null && queue.running > 0
      if (running && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension')
      if (!running && blocker !== null) {
        powerSaveBlocker.stop(blocker)
        blocker = null
      }
      if (!window || window.isDestroyed()) return
      window.setTitle(titleOf(queue))
      const busy = queue !== null && (running || queue.queued > 0)
      if (!busy) window.setProgressBar(-1)
      else window.setProgressBar(queue.fraction ?? 0, { mode: queue.paused ? 'paused' : 'normal' })
    },
  }
}
