/** Pause, resume, cancel, retry: what can be done to which runs, and doing it. */
import type { RunRow } from '../../shared/contract/lab.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import { plural } from '../format.ts'
import { useLab } from './useLab.ts'
import { useToasts } from './useToasts.ts'

export const RUN_ACTIONS = {
  pause: { title: 'Pause', done: 'paused', from: ['queued', 'running'] },
  resume: { title: 'Resume', done: 'resumed', from: ['paused', 'interrupted'] },
  cancel: { title: 'Cancel', done: 'cancelled', from: ['queued', 'running', 'paused', 'interrupted'] },
  retry: { title: 'Retry', done: 'queued again', from: ['failed', 'cancelled', 'diverged'] },
} as const satisfies Record<string, { title: string; done: string; from: readonly RunStatus[] }>

export type RunAction = keyof typeof RUN_ACTIONS

/** The runs of a selection that an action applies to. */
export function actionable(action: RunAction, rows: readonly RunRow[]): readonly RunRow[] {
  const from: readonly RunStatus[] = RUN_ACTIONS[action].from
  // A run that is out on a cluster cannot be paused from here.
  return rows.filter((row) => from.includes(row.status) && !(action === 'pause' && row.cluster))
}

/** Returns the function that acts on those of the rows that it can act on and hands back their new state. */
export function useRunActions(
  merge: (rows: readonly RunRow[]) => void,
): (action: RunAction, rows: readonly RunRow[]) => Promise<void> {
  const lab = useLab()
  const toasts = useToasts()
  return async (action, rows) => {
    const ids = actionable(action, rows).map((row) => row.id)
    if (ids.length === 0) return
    try {
      merge(await lab.call(`runs/${action}`, { ids }))
      if (ids.length > 1) toasts.done(`${plural(ids.length, 'run')} ${RUN_ACTIONS[action].done}.`)
    } catch (reason) {
      toasts.failed(reason)
    }
  }
}
