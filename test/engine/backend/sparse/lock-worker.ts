/** Holds the compilation lock for a while, or as long as a word is set, and counts the others that do. */
import { parentPort, workerData } from 'node:worker_threads'
import { withCompilationLock } from '../../../../src/engine/backend/sparse/run/compilation-lock.ts'

const inside = new Int32Array(workerData as SharedArrayBuffer)
const most = withCompilationLock(() => {
  const others = Atomics.add(inside, 0, 1)
  const until = Date.now() + 50
  while (Date.now() < until);
  while (Atomics.load(inside, 1) === 1) Atomics.wait(inside, 1, 1, 10)
  Atomics.sub(inside, 0, 1)
  return others
})
parentPort?.postMessage(most)
