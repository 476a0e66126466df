// Threads that run tapes side by side. All words lie in shared memory.
import { runTape, runToBarrier } from './tape'

/** Turns of the loop that watches a word before the thread sleeps: some ten microseconds. */
const SPINS = 4000

/** Waits until the word is no longer `value`. */
// @ts-ignore: decorator
@inline
function await_(word: usize, value: i32): void {
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(word) != value) return
  while (atomic.load<i32>(word) == value) atomic.wait<i32>(word, value, -1)
}

/** Waits for all threads: words (arrived, round). What they wrote before is seen by all after. */
export function barrier(words: usize, threads: i32): void {
  if (threads == 1) return
  const round = atomic.load<i32>(words, 4)
  if (atomic.add<i32>(words, 1) == threads - 1) {
    atomic.store<i32>(words, 0)
    atomic.add<i32>(words, 1, 4)
    atomic.notify(words + 4, -1)
    return
  }
  await_(words + 4, round)
}

/** Begins the tapes of all other threads: words (round, first tape's address table). A table of 0 ends the threads. */
export function begin(words: usize, table: usize): void {
  atomic.store<i32>(words, <i32>table, 4)
  atomic.add<i32>(words, 1)
  atomic.notify(words, -1)
}

/**
 * Runs the tapes thread, thread + threads, … of `parts` of a table, in turn from barrier to barrier, where this thread then
 * waits for the others. What they compute is what a thread for each of them would. `places`: a word a tape, where it goes on.
 */
export function runShare(
  table: usize, thread: i32, threads: i32, parts: i32, places: usize, words: usize,
): void {
  for (let part = thread; part < parts; part += threads)
    store<i32>(places + (part << 2), load<i32>(table + (part << 2)))
  while (true) {
    for (let part = thread; part < parts; part += threads) {
      const place = places + (part << 2)
      store<i32>(place, <i32>runToBarrier(load<i32>(place)))
    }
    const over = !load<i32>(places + (thread << 2))
    barrier(words, threads)
    if (over) return
  }
}

/** The life of a helper thread: runs its tapes of each table that is begun: entry `thread`, or a share of more. */
export function help(words: usize, thread: i32, threads: i32, parts: i32, places: usize, barriers: usize): void {
  let round = 0
  while (true) {
    await_(words, round)
    round++
    const table = atomic.load<i32>(words, 4)
    if (!table) return
    if (threads == parts) runTape(load<i32>(table + (thread << 2)))
    else runShare(table, thread, threads, parts, places, barriers)
  }
}
