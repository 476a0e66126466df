import type { DataProgress } from '../../../shared/contract/data.ts'

const PROGRESS_MS = 100

/** Passes on the beginning and the end of each thing that is fetched, and what lies between now and then. */
export function throttled(progress: (value: unknown) => void): (now: DataProgress) => void {
  let said = -Infinity
  return (now) => {
    const between = now.received > 0 && now.received < now.total
    if (between && performance.now() - said < PROGRESS_MS) return
    said = performance.now()
    progress(now)
  }
}
