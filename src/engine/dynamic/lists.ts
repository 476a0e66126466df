/** Ascending lists of a layer's entries: what is on, what stays, what is chosen among the rest. */
import { countOnes } from '../initialization/masks.ts'
import { floatsOf, intsOf, kernelsFor, openKernels, type SizesOf } from '../linalg/room.ts'

export type Weights = Float32Array | Float64Array

/** What a mask keeps of a layer: flat indices, ascending, and the weights there. */
export interface Nonzeros {
  readonly on: Int32Array
  readonly values: Weights
}

/** Indices of a mask's ones, ascending. */
export function indicesOf(mask: Uint8Array): Int32Array {
  const indices = new Int32Array(countOnes(mask))
  const words = wordsOf(mask)
  let to = 0
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue
    for (let k = 4 * word; k < 4 * word + 4; k++) if (mask[k] === 1) indices[to++] = k
  }
  for (let k = 4 * words.length; k < mask.length; k++) if (mask[k] === 1) indices[to++] = k
  return indices
}

/** Four entries at a time, as far as they go; none where the mask is not aligned. */
const wordsOf = (mask: Uint8Array): Int32Array =>
  mask.byteOffset % 4 === 0
    ? new Int32Array(mask.buffer, mask.byteOffset, mask.length >>> 2)
    : new Int32Array(0)

/** A mask with these entries on. */
export function withOnes(entries: number, on: Int32Array): Uint8Array {
  const mask = new Uint8Array(entries)
  for (let i = 0; i < on.length; i++) mask[on[i]] = 1
  return mask
}

/** Entries that are on in one mask and off in another, ascending. */
export function onlyIn(mask: Uint8Array, other: Uint8Array): Int32Array {
  const found: number[] = []
  const [words, others] = [wordsOf(mask), wordsOf(other)]
  const compared = Math.min(words.length, others.length)
  for (let word = 0; word < compared; word++) {
    if ((words[word] & ~others[word]) === 0) continue
    for (let k = 4 * word; k < 4 * word + 4; k++) if ((mask[k] & ~other[k]) === 1) found.push(k)
  }
  for (let k = 4 * compared; k < mask.length; k++) if ((mask[k] & ~other[k]) === 1) found.push(k)
  return new Int32Array(found)
}

/** Indices of a mask's zeros of these ranks (ascending, from 0 for the first zero); `on`: its ones. */
export function zerosOf(on: Int32Array, ranks: Int32Array): Int32Array {
  const indices = intsOf(ranks.length)
  const kernels = kernelsFor(on, ranks, indices)
  if (kernels) {
    kernels.zerosAt(on, ranks, indices)
    return indices
  }
  for (let k = 0, ones = 0; k < ranks.length; k++) {
    while (ones < on.length && on[ones] <= ranks[k] + ones) ones++
    indices[k] = ranks[k] + ones
  }
  return indices
}

/** 0, 1, … */
export function upTo(count: number): Int32Array {
  const indices = new Int32Array(count)
  for (let k = 0; k < count; k++) indices[k] = k
  return indices
}

/** The entries of a list at these ranks. */
export function entriesAt(on: Int32Array, ranks: Int32Array): Int32Array {
  const entries = intsOf(ranks.length)
  const kernels = kernelsFor(on, ranks, entries)
  if (kernels) kernels.pick(entries, on, ranks)
  else for (let k = 0; k < entries.length; k++) entries[k] = on[ranks[k]]
  return entries
}

/** How many entries of a list are below this one. */
export function rankOf(list: Int32Array, entry: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle] < entry) low = middle + 1
    else high = middle
  }
  return low
}

/** Of each list of entries the sum of |values| there. */
export function sumsOfSizes(
  requests: readonly { readonly values: Weights; readonly entries: Int32Array }[],
): readonly number[] {
  const near = requests.flatMap(({ values, entries }): SizesOf[] =>
    values instanceof Float32Array && kernelsFor(values, entries) ? [{ values, entries }] : [],
  )
  const sums = near.length === requests.length ? openKernels()?.selections.sums(near) : null
  return sums ?? requests.map(sumOfSizes)
}

function sumOfSizes({ values, entries }: { readonly values: Weights; readonly entries: Int32Array }): number {
  let sum = 0
  for (let i = 0; i < entries.length; i++) sum += Math.abs(values[entries[i]])
  return sum
}

/** Every entry moved by as much. */
export function shifted(list: Int32Array, by: number): Int32Array {
  const moved = intsOf(list.length)
  const kernels = kernelsFor(list, moved)
  if (kernels) kernels.shift(moved, list, by)
  else for (let k = 0; k < moved.length; k++) moved[k] = list[k] + by
  return moved
}

/** What is kept at these ranks of the list. */
export function selectedOf({ on, values }: Nonzeros, ranks: Int32Array): Nonzeros {
  const left = values instanceof Float32Array ? floatsOf(ranks.length) : new Float64Array(ranks.length)
  const kernels = kernelsFor(left, values, ranks)
  if (kernels && left instanceof Float32Array && values instanceof Float32Array)
    kernels.pick(left, values, ranks)
  else for (let k = 0; k < ranks.length; k++) left[k] = values[ranks[k]]
  return { on: entriesAt(on, ranks), values: left }
}
