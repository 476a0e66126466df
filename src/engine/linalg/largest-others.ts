/** Selection of the largest entries among those that a list lacks: what a layer may grow. */
import { largestAt, selectInPlace } from './largest.ts'
import { inScratch, intsOf, listOf } from './room.ts'
import { othersByKernels } from './selections.ts'

type Scores = Float32Array | Float64Array

/** Entries that a guess of the threshold looks at, and how many times the count it lets through. */
const SAMPLE = 256
const ROOM = 2
/** What moves the entries of a sample off the columns of a matrix. */
const SCATTER = 40503

/**
 * The `count` largest |score| among the entries that are not in `others` (ascending), ascending; of equal
 * ones the earlier count as larger, and what is no number as least; all of them where they are fewer. Where
 * few of many are wanted, a sample says which need not be looked at twice.
 */
export const largestOthers = (scores: Scores, others: Int32Array, count: number): Int32Array =>
  largestOthersOfAll([{ scores, others, count }])[0]

/** What is chosen among the entries that a list lacks. */
export interface Others {
  readonly scores: Scores
  readonly others: Int32Array
  readonly count: number
}

/** As largestOthers, of many at once. */
export function largestOthersOfAll(requests: readonly Others[]): Int32Array[] {
  const lists = requests.map(({ scores, others, count }) =>
    listOf(Math.max(0, Math.min(count, scores.length - others.length))),
  )
  const single = requests.map(({ scores, others }, k) =>
    scores instanceof Float32Array ? { scores, others, chosen: lists[k] } : null,
  )
  const filled = othersByKernels(single.filter((request) => request !== null))
  let next = 0
  single.forEach((request, k) => {
    if (!request || !filled[next++]) choose(requests[k], lists[k])
  })
  return lists
}

function choose({ scores, others, count }: Others, chosen: Int32Array): void {
  if (chosen.length === 0) return
  inScratch(() => {
    const list = intsOf(scores.length - others.length)
    const guess = guessOf(scores, others, count)
    let found = guess > 0 ? reaching(scores, others, guess, list) : 0
    if (found < chosen.length) found = reaching(scores, others, -1, list)
    chosen.set(largestAt(scores, list.subarray(0, found), count))
  })
}

/** Lists the entries that are not among the others and reach a size; −1: whatever they are. */
function reaching(scores: Scores, others: Int32Array, size: number, list: Int32Array): number {
  let found = 0
  for (let k = 0, next = 0; k < scores.length; k++) {
    if (next < others.length && others[next] === k) next++
    // What is no number fails the comparison.
    else if (size < 0 || Math.abs(scores[k]) >= size) list[found++] = k
  }
  return found
}

/** A size that about ROOM times as many of the entries reach as are wanted; 0 where that spares nothing. */
function guessOf(scores: Scores, others: Int32Array, count: number): number {
  const { length } = scores
  const wanted = Math.ceil((ROOM * count * SAMPLE) / length) + 8
  if (length < 4 * SAMPLE || 4 * wanted > SAMPLE) return 0
  const stride = Math.floor(length / SAMPLE)
  const sample = new Float64Array(SAMPLE)
  for (let k = 0, next = 0; k < SAMPLE; k++) {
    const at = k * stride + ((k * SCATTER) % stride)
    while (next < others.length && others[next] < at) next++
    const size = others[next] === at ? 0 : Math.abs(scores[at])
    sample[k] = Number.isNaN(size) ? 0 : size
  }
  return selectInPlace(sample, SAMPLE - wanted)
}
