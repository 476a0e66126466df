/** What becomes of a program of the sparse backend when one of its threads dies. */
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { SharedMemory } from '../../../../src/engine/backend/sparse/plan/memory.ts'
import { Tape } from '../../../../src/engine/backend/sparse/instructions/tape.ts'
import { Threads } from '../../../../src/engine/backend/sparse/run/threads.ts'

/** Above the kernels' own data. */
const BASE = 2 ** 17
const MEETING = { begin: BASE, barrier: BASE + 64, places: BASE + 128 }
const MEET = { words: MEETING.barrier, threads: 2 }
const [TABLE, FIRST, SECOND] = [BASE + 1024, BASE + 4096, BASE + 8192]

/** Two threads: the first meets the second `rounds` times; the second does what `write` says. */
async function twoThreads(rounds: number, write: (tape: Tape) => void) {
  const memory = new SharedMemory(2 * BASE)
  const first = new Tape()
  const second = new Tape()
  for (let round = 0; round < rounds; round++) first.write('BARRIER', 0, MEET)
  write(second)
  for (const tape of [first, second]) tape.end()
  memory.words.set([FIRST, SECOND], TABLE / 4)
  memory.words.set(first.words, FIRST / 4)
  memory.words.set(second.words, SECOND / 4)
  const { threads } = await Threads.start(2, () => ({ memory, meeting: MEETING }))
  return threads
}

it('meets as often as its tapes say', async () => {
  const threads = await twoThreads(3, (tape) => {
    for (let round = 0; round < 3; round++) tape.write('BARRIER', 0, MEET)
  })
  for (let run = 0; run < 100; run++) threads.run(TABLE, FIRST)
  threads.stop()
})

it('fails, rather than waits for ever, when a helper traps between two barriers', async () => {
  const threads = await twoThreads(3, (tape) => {
    tape.write('BARRIER', 0, MEET)
    tape.write('BARRIER', 0, MEET)
    tape.words[tape.words.length - 4] = 9999
  })
  expect(() => threads.run(TABLE, FIRST)).toThrow('A helper thread of the sparse backend died')
  expect(() => threads.run(TABLE, FIRST)).toThrow('died')
  threads.stop()
}, 10_000)

it('ends its helpers when nothing can be prepared for them', async () => {
  const refused = Threads.start(2, () => {
    throw new RangeError('too large')
  })
  await expect(refused).rejects.toThrow('too large')
})

it('fails when a helper was ended between two steps', async () => {
  const threads = await twoThreads(0, () => undefined)
  threads.run(TABLE, FIRST)
  const [worker] = threads.workers
  void worker.terminate()
  await once(worker, 'exit')
  expect(() => threads.run(TABLE, FIRST)).toThrow('died')
  threads.stop()
}, 10_000)
