/** Selection of the largest entries of an array, ties by index. */

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
  const own = scores instanceof Float32Array ? new Float32Array(at.length) : new Float64Array(at.length)
  for (let k = 0; k < own.length; k++) own[k] = scores[at[k]]
  const chosen = largestRanks(own, count)
  for (let k = 0; k < chosen.length; k++) chosen[k] = at[chosen[k]]
  return chosen
}

/**
 * As largestAt, of all entries. Single precision is selected by its bits, in linear time.
 */
export function largestRanks(scores: Float32Array | Float64Array, count: number): Int32Array {
  const chosen = new Int32Array(Math.min(Math.max(count, 0), scores.length))
  if (chosen.length === scores.length || chosen.length === 0) {
    for (let k = 0; k < chosen.length; k++) chosen[k] = k
    return chosen
  }
  const keys = scores instanceof Float32Array ? keysOfBits(scores) : sizesOf(scores)
  const threshold = keys instanceof Int32Array ? thresholdOfBits(keys, count) : thresholdOf(keys, count)
  let ties = count
  for (let k = 0; k < keys.length; k++) if (keys[k] > threshold) ties--
  for (let k = 0, to = 0; to < count; k++) {
    const key = keys[k]
    if (key > threshold || (key === threshold && ties-- > 0)) chosen[to++] = k
  }
  return chosen
}

/** |score| as whole numbers of the same order, from 1; 0 for what is no number. */
function keysOfBits(scores: Float32Array): Int32Array {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length)
  const keys = new Int32Array(scores.length)
  for (let k = 0; k < keys.length; k++) {
    const size = bits[k] & 0x7fffffff
    keys[k] = size > INFINITE ? 0 : size + 1
  }
  return keys
}

function sizesOf(scores: Float64Array): Float64Array {
  const sizes = new Float64Array(scores.length)
  for (let k = 0; k < sizes.length; k++) {
    const size = Math.abs(scores[k])
    sizes[k] = Number.isNaN(size) ? -1 : size
  }
  return sizes
}

const thresholdOf = (sizes: Float64Array, count: number): number =>
  selectInPlace(sizes.slice(), sizes.length - count)

/** The `count`-th largest key: the bin that it is in by counting, then among the keys of the bin. */
function thresholdOfBits(keys: Int32Array, count: number): number {
  const bins = new Int32Array(BINS)
  for (let k = 0; k < keys.length; k++) bins[keys[k] >>> SHIFT]++
  let bin = BINS - 1
  let above = 0
  while (above + bins[bin] < count) above += bins[bin--]
  const inBin = new Float64Array(bins[bin])
  for (let k = 0, to = 0; to < inBin.length; k++) if (keys[k] >>> SHIFT === bin) inBin[to++] = keys[k]
  return selectInPlace(inBin, inBin.length - (count - above))
}

/** Entries that a guess of the threshold looks at, and how many times the count it lets through. */
const SAMPLE = 1024
const ROOM = 2

/**
 * As largestAt, of the entries that a mask has off. Where few of many are wanted, a sample says which need
 * not be looked at twice.
 */
export function largestOff(scores: Float32Array | Float64Array, mask: Uint8Array, count: number): Int32Array {
  if (count <= 0) return new Int32Array(0)
  const guess = guessOf(scores, mask, count)
  let at = new Int32Array(guess > 0 ? 4 * count + SAMPLE : mask.length)
  let found = 0
  for (let k = 0; k < mask.length && found < at.length; k++) {
    // What is no number fails the comparison; without a guess it is taken along.
    if (Math.abs(scores[k]) >= guess && mask[k] === 0) at[found++] = k
  }
  const enough = guess > 0 && found >= count && found < at.length
  if (enough) return largestAt(scores, at.subarray(0, found), count)
  at = new Int32Array(mask.length)
  found = 0
  for (let k = 0; k < mask.length; k++) if (mask[k] === 0) at[found++] = k
  return largestAt(scores, at.subarray(0, found), count)
}

/** A size that about ROOM times as many entries reach as are wanted; 0 where that spares nothing. */
function guessOf(scores: Float32Array | Float64Array, mask: Uint8Array, count: number): number {
  const wanted = Math.ceil((ROOM * count * SAMPLE) / mask.length) + 8
  if (mask.length < 4 * SAMPLE || 4 * wanted > SAMPLE) return 0
  const sample = new Float64Array(SAMPLE)
  const stride = Math.floor(mask.length / SAMPLE) | 1
  for (let k = 0, at = 0; k < SAMPLE; k++, at = (at + stride) % mask.length) {
    const size = mask[at] === 0 ? Math.abs(scores[at]) : 0
    sample[k] = Number.isNaN(size) ? 0 : size
  }
  return selectInPlace(sample, SAMPLE - wanted)
}
