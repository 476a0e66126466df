/**
 * One lock of the threads of a process around V8's flags, which are the process's own: two runs that start at
 * once compile one after the other.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'

const KEY = 'givens-bench compilation'

/** Longest that a thread waits for another, which compiles in a tenth of that or was ended meanwhile. */
const PATIENCE_MS = 1000

/** Makes the lock, for this thread and those that it starts from now on. Once made it stays. */
export function shareCompilationLock(): Int32Array {
  const known = getEnvironmentData(KEY)
  if (known instanceof SharedArrayBuffer) return new Int32Array(known)
  const made = new SharedArrayBuffer(4)
  setEnvironmentData(KEY, made)
  return new Int32Array(made)
}

/** Does the work while no other thread with the same lock does any. */
export function withCompilationLock<T>(work: () => T): T {
  const lock = shareCompilationLock()
  const until = Date.now() + PATIENCE_MS
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0 && Date.now() < until) Atomics.wait(lock, 0, 1, 10)
  try {
    return work()
  } finally {
    Atomics.store(lock, 0, 0)
    Atomics.notify(lock, 0)
  }
}
