// Threads that run tapes side by side. All words lie in shared memory.
import { awaitChange, barrier } from './barrier'
import { runTape, runToBarrier } from './tape'

/**
 * Begins the tapes of all other threads: words (round, first tape's address table). A table of 0 ends the
 * threads.
 */
export function begin(words: usize, table: usize): void {
  atomic.store<i32>(words, <i32>table, 4)
  atomic.add<i32>(words, 1)
  atomic.notify(words, -1)
}

/**
 * Runs the tapes thread, thread + threads, … of `parts` of a table, in turn from barrier to barrier, where
 * this thread then waits for the others. What they compute is what a thread for each of them would. `places`:
 * a word a tape, where it goes on.
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

/**
 * The life of a helper thread: runs its tapes of each table that is begun: entry `thread`, or a share of
 * more.
 */
export function help(
  words: usize, thread: i32, threads: i32, parts: i32, places: usize, barriers: usize,
): void {
  let round = 0
  while (true) {
    awaitChange(words, round)
    round++
    const table = atomic.load<i32>(words, 4)
    if (!table) return
    if (threads === parts) runTape(load<i32>(table + (thread << 2)))
    else runShare(table, thread, threads, parts, places, barriers)
  }
}
