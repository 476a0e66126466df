// Where threads wait for each other. All words lie in shared memory.

/** Turns of the loop that watches a word before the thread sleeps: some ten microseconds. */
const SPINS = 4000

/** Waits until the word is no longer `value`. */
// @ts-expect-error: decorator
@inline
export function awaitChange(word: usize, value: i32): void {
  for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(word) !== value) return
  while (atomic.load<i32>(word) === value) atomic.wait<i32>(word, value, -1)
}

/** Waits for all threads: words (arrived, round). What they wrote before is seen by all after. */
export function barrier(words: usize, threads: i32): void {
  if (threads === 1) return
  const round = atomic.load<i32>(words, 4)
  if (atomic.add<i32>(words, 1) === threads - 1) {
    atomic.store<i32>(words, 0)
    atomic.add<i32>(words, 1, 4)
    atomic.notify(words + 4, -1)
    return
  }
  awaitChange(words + 4, round)
}
