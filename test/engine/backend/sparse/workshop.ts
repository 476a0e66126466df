/** A workshop of the kernels alone, in memory of their own. */
import { SharedMemory } from '../../../../src/engine/backend/sparse/plan/memory.ts'
import { kernelModule } from '../../../../src/engine/backend/sparse/run/kernel-module.ts'
import { maskKernels } from '../../../../src/engine/backend/sparse/run/mask-kernels.ts'
import { ThreadSelections } from '../../../../src/engine/backend/sparse/run/selections.ts'
import { WorkMemory } from '../../../../src/engine/backend/sparse/run/shared-work.ts'
import type { Workshop } from '../../../../src/engine/linalg/room.ts'

const START = 65536

/** Rooms of so many bytes; as much again is for the work of selections, which run on one thread. */
export async function workshop(bytes: number): Promise<Workshop> {
  const memory = new SharedMemory(START + 2 * bytes)
  const { exports } = await WebAssembly.instantiate(kernelModule(), { env: { memory: memory.memory } })
  const runTape = exports['runTape'] as (tape: number) => void
  const selections = new ThreadSelections({
    threads: 1,
    barrier: 0,
    run: (_, first) => {
      runTape(first)
    },
    memory: (wanted) => (wanted > bytes ? null : new WorkMemory(memory, START + bytes)),
  })
  return {
    kernels: maskKernels(exports, selections),
    room: () => ({ buffer: memory.memory.buffer, at: START, bytes }),
    keep: () => null,
    has: (array) => memory.has(array),
  }
}
