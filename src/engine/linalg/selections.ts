/** Selections by the kernels of a workshop, of many layers at once. */
import { floatsOf, inScratch, intsOf, kernelsFor, openKernels, type OthersOf, type RanksOf } from './room.ts'

/** No entries. */
const NONE = new Int32Array(0)

/** Where less than this share is wanted, most entries need not be counted: a sample says which. */
const FEW = 1 / 8

/** Fills lists of ranks in a workshop's memory; false where there is none, or no room for the work. */
export function ranksByKernels(lists: readonly (RanksOf | null)[]): boolean {
  const selections = openKernels()?.selections
  const given = lists.filter((list) => list !== null)
  if (!selections || given.length === 0) return false
  const few = given.filter(({ values, ranks }) => ranks.length < FEW * values.length)
  const asOthers = few.map(({ values, ranks }) => ({ scores: values, others: NONE, chosen: ranks }))
  const filled = few.length > 0 ? selections.others(asOthers) : null
  const done = new Set(few.filter((_, k) => filled?.[k] === true))
  const left = given.filter((list) => !done.has(list))
  return left.length === 0 || selections.ranks(left)
}

/**
 * Fills what is chosen among the entries that lists lack, where it lies in a workshop's memory; what lies
 * elsewhere is copied there. Of each whether it was filled.
 */
export function othersByKernels(
  requests: readonly Readonly<{ scores: Float32Array; others: Int32Array; chosen: Int32Array }>[],
): boolean[] {
  const selections = openKernels()?.selections
  if (!selections) return requests.map(() => false)
  return inScratch(() => {
    const near = requests.map(({ scores, others, chosen }): OthersOf | null => {
      const request = {
        scores: kernelsFor(scores) ? scores : copyOf(scores, floatsOf(scores.length)),
        others: others.length === 0 || kernelsFor(others) ? others : copyOf(others, intsOf(others.length)),
        chosen,
      }
      const lists = [request.scores, chosen, ...(others.length === 0 ? [] : [request.others])]
      return chosen.length > 0 && kernelsFor(...lists) ? request : null
    })
    const given = near.filter((request) => request !== null)
    const filled = given.length > 0 ? selections.others(given) : null
    let next = 0
    return near.map((request) => request !== null && filled?.[next++] === true)
  })
}

function copyOf<List extends Float32Array | Int32Array>(list: List, room: List): List {
  room.set(list)
  return room
}
