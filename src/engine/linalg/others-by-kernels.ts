/** Selection among the entries that a list lacks, by the kernels of a workshop. */
import { floatsOf, inScratch, intsOf, kernelsFor, SPARE } from './room.ts'

/** No entries. */
export const NONE = new Int32Array(0)

/**
 * Fills `chosen`, a listOf, with the largest |score| among the entries that are not in `others` (both
 * ascending; of equal ones the earlier). False where no workshop is at hand or its room is full, or too few
 * of them are numbers.
 */
export function othersByKernels(scores: Float32Array, others: Int32Array, chosen: Int32Array): boolean {
  return inScratch(() => {
    const near = kernelsFor(scores) ? scores : copyOf(scores, floatsOf(scores.length))
    const excluded =
      others.length === 0 || kernelsFor(others) ? others : copyOf(others, intsOf(others.length))
    const list = intsOf(scores.length + SPARE)
    const values = floatsOf(3 * scores.length + SPARE)
    const marks = intsOf((scores.length >>> 2) + 1)
    const kernels = kernelsFor(near, list, values, marks, chosen)
    if (!kernels || (others.length > 0 && !kernelsFor(excluded))) return false
    return kernels.largestOthers({ scores: near, others: excluded }, chosen, { list, values, marks })
  })
}

function copyOf<List extends Float32Array | Int32Array>(list: List, room: List): List {
  room.set(list)
  return room
}
