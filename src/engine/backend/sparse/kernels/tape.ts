// Tapes: what a thread does in a step, as words in memory. A record is its opcode, its number of words, its
// fields.
import { runInstruction } from './interpreter'
import { BARRIER, END } from './opcodes'

/** Runs the records from `at` up to END. */
export function runTape(at: usize): void {
  runRecords(at, false)
}

/**
 * Runs the records from `at` up to the next barrier, and not through it; returns where they go on, 0 at the
 * end.
 */
export function runToBarrier(at: usize): usize {
  return runRecords(at, true)
}

function runRecords(at: usize, stops: bool): usize {
  while (true) {
    const opcode = load<i32>(at)
    if (opcode === END) return 0
    const next = at + (load<i32>(at, 4) << 2)
    // Once the last barrier is passed the first thread may write other tapes: nothing is read after it.
    const last = opcode === BARRIER && load<i32>(next) === END
    if (stops && opcode === BARRIER) return last ? 0 : next
    runInstruction(opcode, at)
    if (last) return 0
    at = next
  }
}
