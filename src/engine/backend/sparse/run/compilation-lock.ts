/**
 * One lock of the threads of a process around V8's flags, which are the process's own: two runs that start at
 * once compile one after the other. The word holds who has it, 0 for nobody.
 */
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads'

const KEY = 'givens-bench compilation'

/**
 * Longest that a thread waits for one holder. Compiling takes a tenth of a second; who starts threads tells
 * of their end, so that this is for a holder of whose end nobody told.
 */
const PATIENCE_MS = 30_000

/** Who a thread is to the lock. */
const holderOf = (thread: number): number => thread + 1

/** Makes the lock, for this thread and those that it starts from now on. Once made it stays. */
export function shareCompilationLock(): Int32Array {
  const known = getEnvironmentData(KEY)
  if (known instanceof SharedArrayBuffer) return new Int32Array(known)
  const made = new SharedArrayBuffer(4)
  setEnvironmentData(KEY, made)
  return new Int32Array(made)
}

/** Does the work while no other thread with the same lock does any. */
export function withCompilationLock<T>(work: () => T, patienceMs = PATIENCE_MS): T {
  take(shareCompilationLock(), holderOf(threadId), patienceMs)
  try {
    return work()
  } finally {
    releaseCompilationLock(threadId)
  }
}

/** Frees the lock where that thread has it; to be told when a thread has ended. */
export function releaseCompilationLock(thread: number): void {
  const lock = shareCompilationLock()
  const holder = holderOf(thread)
  if (Atomics.compareExchange(lock, 0, holder, 0) === holder) Atomics.notify(lock, 0)
}

function take(lock: Int32Array, mine: number, patienceMs: number): void {
  let watched = 0
  let until = 0
  for (;;) {
    const holder = Atomics.compareExchange(lock, 0, 0, mine)
    if (holder === 0) return
    if (holder !== watched) {
      watched = holder
      until = performance.now() + patienceMs
    }
    // From this holder only: what another has taken meanwhile stays theirs.
    if (performance.now() >= until && Atomics.compareExchange(lock, 0, holder, mine) === holder) return
    Atomics.wait(lock, 0, holder, 10)
  }
}
