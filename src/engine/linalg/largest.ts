/** Selection of the largest entries of an array, ties by index. */
import { floatsOf, intsOf, kernelsFor, listOf } from './room.ts'
import { ranksByKernels } from './selections.ts'

/** The `rank`-th smallest entry (from 0), by quickselect; reorders the array. Entries must not be NaN. */
export function selectInPlace(values: Float64Array, rank: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    // Median of three guards against sorted inputs.
    const a = values[low]
    const b = values[(low + high) >>> 1]
    const c = values[high]
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
    let i = low
    let j = high
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i <= j) {
        const swap = values[i]
        values[i] = values[j]
        values[j] = swap
        i++
        j--
      }
    }
    if (rank <= j) high = j
    else if (rank >= i) low = i
    else return values[rank]
  }
  return values[rank]
}

/** A mask with ones at the `count` largest scores; of equal ones, the lower index counts as larger. */
export function largest(scores: Float64Array, count: number): Uint8Array {
  const mask = new Uint8Array(scores.length)
  if (count <= 0) return mask
  if (count >= scores.length) return mask.fill(1)
  const threshold = selectInPlace(scores.slice(), scores.length - count)
  let above = 0
  for (let k = 0; k < scores.length; k++) {
    if (scores[k] > threshold) {
      mask[k] = 1
      above++
    }
  }
  for (let k = 0; above < count; k++) {
    if (scores[k] === threshold) {
      mask[k] = 1
      above++
    }
  }
  return mask
}

/** Bins of the largest bits of a size: sign and lower bits cut off. */
const SHIFT = 20
const BINS = 1 << (31 - SHIFT)
/** Bits of infinity; what is above is no number. */
const INFINITE = 0x7f800000

/**
 * Those of the entries `at` (ascending) with the `count` largest |score|, ascending; of equal ones the
 * earlier count as larger, and what is no number as least.
 */
export function largestAt(scores: Float32Array | Float64Array, at: Int32Array, count: number): Int32Array {
  if (count <= 0) return new Int32Array(0)
  if (count >= at.length) return at
  const own = scores instanceof Float32Array ? floatsOf(at.length) : new Float64Array(at.length)
  const kernels = kernelsFor(own, scores, at)
  if (kernels && own instanceof Float32Array && scores instanceof Float32Array) kernels.pick(own, scores, at)
  else for (let k = 0; k < own.length; k++) own[k] = scores[at[k]]
  const chosen = largestRanks(own, count)
  for (let k = 0; k < chosen.length; k++) chosen[k] = at[chosen[k]]
  return chosen
}

/** The `count` largest |score| of some scores. */
export interface Largest {
  readonly scores: Float32Array | Float64Array
  readonly count: number
}

/** As largestAt, of all entries. */
export const largestRanks = (scores: Float32Array | Float64Array, count: number): Int32Array =>
  largestRanksOfAll([{ scores, count }])[0]

/** As largestRanks, of many at once. Single precision is selected by its bits, in linear time. */
export function largestRanksOfAll(requests: readonly Largest[]): Int32Array[] {
  const lists = requests.map(({ scores, count }) => {
    const some = count > 0 && count < scores.length && scores instanceof Float32Array
    const ranks = some && kernelsFor(scores) ? listOf(count) : null
    return some && ranks && kernelsFor(ranks) ? { values: scores, ranks } : null
  })
  const filled = ranksByKernels(lists)
  return requests.map(({ scores, count }, k) => {
    const list = lists[k]
    return list && filled ? list.ranks : ranksByHand(scores, count)
  })
}

function ranksByHand(scores: Float32Array | Float64Array, count: number): Int32Array {
  const chosen = intsOf(Math.min(Math.max(count, 0), scores.length))
  if (chosen.length === scores.length || chosen.length === 0) {
    for (let k = 0; k < chosen.length; k++) chosen[k] = k
    return chosen
  }
  if (scores instanceof Float32Array) return largestByBits(scores, count)
  const sizes = sizesOf(scores)
  const threshold = selectInPlace(sizes.slice(), sizes.length - count)
  let ties = count
  for (const size of sizes) if (size > threshold) ties--
  for (let k = 0, to = 0; to < count; k++) {
    if (sizes[k] > threshold || (sizes[k] === threshold && ties-- > 0)) chosen[to++] = k
  }
  return chosen
}

function sizesOf(scores: Float32Array | Float64Array): Float64Array {
  const sizes = new Float64Array(scores.length)
  for (let k = 0; k < sizes.length; k++) {
    const size = Math.abs(scores[k])
    sizes[k] = Number.isNaN(size) ? -1 : size
  }
  return sizes
}

/** |score| as whole numbers of the same order, from 1; 0 for what is no number. */
function keyOf(bits: number): number {
  const size = bits & 0x7fffffff
  return size > INFINITE ? 0 : size + 1
}

/** Work space kept between calls. */
const bins = new Int32Array(BINS)
let binned = new Float64Array(0)

/**
 * The `count` (from 1 to all but one) largest |score|. The bin of the threshold by counting, then the
 * threshold among the keys of the bin.
 */
function largestByBits(scores: Float32Array, count: number): Int32Array {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length)
  bins.fill(0)
  for (let k = 0; k < bits.length; k++) bins[keyOf(bits[k]) >>> SHIFT]++
  let bin = BINS - 1
  let above = 0
  while (bin > 0 && above + bins[bin] < count) above += bins[bin--]
  const size = bins[bin]
  if (binned.length < size) binned = new Float64Array(size)
  const keys = binned.subarray(0, size)
  // Always written, and counted where it is wanted: a branch would be mispredicted.
  for (let k = 0, to = 0; to < size; k++) {
    const key = keyOf(bits[k])
    keys[to] = key
    const other = (key >>> SHIFT) ^ bin
    to += ~(other | -other) >>> 31
  }
  const threshold = selectInPlace(keys, size - count + above) | 0
  let ties = count - above
  for (let k = 0; k < size; k++) if (keys[k] > threshold) ties--
  const chosen = intsOf(count)
  for (let k = 0, to = 0; to < count; k++) {
    const key = keyOf(bits[k])
    chosen[to] = k
    to += (threshold - key) >>> 31
    if (key === threshold && ties-- > 0) to++
  }
  return chosen
}
