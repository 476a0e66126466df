/** The kernels of kernels/masks.ts that choose, on arrays of the shared memory. */
import type { RoomKernels, Selections } from '../../../linalg/room.ts'

type Entry = (...words: readonly number[]) => unknown

/** @throws Error where the module lacks a kernel. */
export function maskKernels(exports: Readonly<Record<string, unknown>>, selections: Selections): RoomKernels {
  const entry = (name: string): Entry => {
    const found = exports[name]
    if (typeof found !== 'function') throw new Error(`the kernels lack ${name}`)
    return (...words) => found(...words) as unknown
  }
  const pick = entry('pick')
  const zerosAt = entry('zerosAt')
  const merge = entry('merge')
  const lacking = entry('lacking')
  const smooth = entry('smooth')
  const shift = entry('shift')
  return {
    selections,
    pick: (to, from, ranks) => void pick(at(to), at(from), at(ranks), ranks.length),
    zerosAt: (on, ranks, to) => void zerosAt(at(on), on.length, at(ranks), ranks.length, at(to)),
    merge: ({ kept, ranks, back }, { on, origin, at: places }) =>
      void merge(at(kept), at(ranks), kept.length, at(back), back.length, ...[on, origin, places].map(at)),
    lacking: (back, { on, ranks }, merged, missing, places) => {
      const lists = [at(back), back.length, at(on), on.length, ranks ? at(ranks) : 0]
      const into = merged ? [at(merged.at), at(merged.origin)] : [0, 0]
      return Number(lacking(...lists, ...into, at(missing), at(places)))
    },
    shift: (to, from, by) => void shift(at(to), at(from), from.length, by),
    smooth: (sum, given, factor) => void smooth(at(sum), at(given), sum.length, factor),
  }
}

/** The address of an array of the memory. */
const at = ({ byteOffset }: ArrayBufferView): number => byteOffset
