/** The kernels of kernels/masks.ts that choose, on arrays of the shared memory. */
import type { RoomKernels } from '../../../linalg/room.ts'

type Entry = (...words: readonly number[]) => unknown

/** `counting`: the address of COUNTING_WORDS words. @throws Error where the module lacks a kernel. */
export function maskKernels(exports: Readonly<Record<string, unknown>>, counting: number): RoomKernels {
  const entry = (name: string): Entry => {
    const found = exports[name]
    if (typeof found !== 'function') throw new Error(`the kernels lack ${name}`)
    return (...words) => found(...words) as unknown
  }
  const largestRanks = entry('largestRanks')
  const reaching = entry('reaching')
  const pick = entry('pick')
  const zerosAt = entry('zerosAt')
  const merge = entry('merge')
  const ranksIn = entry('ranksIn')
  return {
    largestRanks: (values, ranks) =>
      void largestRanks(at(values), values.length, ranks.length, at(ranks), counting),
    reaching: (values, size, list) =>
      Number(reaching(at(values), values.length, bitsOf(size), at(list), list.length)),
    pick: (to, from, ranks) => void pick(at(to), at(from), at(ranks), ranks.length),
    zerosAt: (on, ranks, to) => void zerosAt(at(on), on.length, at(ranks), ranks.length, at(to)),
    merge: ({ kept, ranks, back }, { on, origin, at: places }) =>
      void merge(at(kept), at(ranks), kept.length, at(back), back.length, ...[on, origin, places].map(at)),
    ranksIn: (list, entries, to) => void ranksIn(at(list), list.length, at(entries), entries.length, at(to)),
  }
}

/** The address of an array of the memory. */
const at = ({ byteOffset }: ArrayBufferView): number => byteOffset

const real = new Float32Array(1)
const bits = new Int32Array(real.buffer)

function bitsOf(value: number): number {
  real[0] = value
  return bits[0]
}
