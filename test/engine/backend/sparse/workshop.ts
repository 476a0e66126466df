/** A workshop of the kernels alone, in memory of their own. */
import { SharedMemory } from '../../../../src/engine/backend/sparse/plan/memory.ts'
import { kernelModule } from '../../../../src/engine/backend/sparse/run/kernel-module.ts'
import { COUNTING_WORDS } from '../../../../src/engine/backend/sparse/plan/control.ts'
import { maskKernels } from '../../../../src/engine/backend/sparse/run/mask-kernels.ts'
import type { Workshop } from '../../../../src/engine/linalg/room.ts'

export async function workshop(bytes: number): Promise<Workshop> {
  const start = 65536
  const memory = new SharedMemory(start + 4 * COUNTING_WORDS + bytes)
  const { exports } = await WebAssembly.instantiate(kernelModule(), { env: { memory: memory.memory } })
  return {
    kernels: maskKernels(exports, start),
    room: () => ({ buffer: memory.memory.buffer, at: start + 4 * COUNTING_WORDS, bytes }),
    keep: () => null,
    has: (array) => memory.has(array),
  }
}
