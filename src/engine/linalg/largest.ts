/** Selection of the largest entries of an array, ties by index. */
import { floatsOf, hasKernels, inScratch, intsOf, kernelsFor } from './room.ts'

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

/** As largestAt, of all entries. Single precision is selected by its bits, in linear time. */
export function largestRanks(scores: Float32Array | Float64Array, count: number): Int32Array {
  if (count > 0 && count < scores.length && scores instanceof Float32Array) {
    const ranks = kernelsFor(scores) && intsOf(count)
    const kernels = ranks && kernelsFor(ranks)
    if (!ranks || !kernels) return largestByBits(scores, null, count)
    const few = 8 * count < scores.length ? inScratch(() => fewByGuess(scores, ranks)) : false
    if (!few) kernels.largestRanks(scores, ranks)
    return ranks
  }
  const chosen = intsOf(Math.min(Math.max(count, 0), scores.length))
  const all = chosen.length === scores.length || chosen.length === 0
  const sizes = all ? null : sizesOf(scores)
  const threshold = sizes ? selectInPlace(sizes.slice(), sizes.length - count) : 0
  let ties = count
  for (const size of sizes ?? []) if (size > threshold) ties--
  for (let k = 0, to = 0; to < chosen.length; k++) {
    if (!sizes || sizes[k] > threshold || (sizes[k] === threshold && ties-- > 0)) chosen[to++] = k
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
 * The `count` (from 1) largest |score| of all entries, or of those that a mask has off; all of them where
 * they are fewer. The bin of the threshold by counting, then the threshold among the keys of the bin.
 */
function largestByBits(scores: Float32Array, mask: Uint8Array | null, count: number): Int32Array {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length)
  bins.fill(0)
  if (mask) {
    for (let k = 0; k < bits.length; k++) if (mask[k] === 0) bins[keyOf(bits[k]) >>> SHIFT]++
  } else {
    for (let k = 0; k < bits.length; k++) bins[keyOf(bits[k]) >>> SHIFT]++
  }
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
    to += (~(other | -other) >>> 31) & (mask === null ? 1 : 1 - mask[k])
  }
  const wanted = Math.min(count - above, size)
  const threshold = size === 0 ? 0 : selectInPlace(keys, size - wanted) | 0
  let ties = wanted
  for (let k = 0; k < size; k++) if (keys[k] > threshold) ties--
  const chosen = intsOf(above + wanted)
  for (let k = 0, to = 0; to < chosen.length; k++) {
    const key = keyOf(bits[k])
    chosen[to] = k
    const off = mask === null ? 1 : 1 - mask[k]
    if (key === threshold) to += off & (ties > 0 ? 1 : 0)
    else to += ((threshold - key) >>> 31) & off
    if (key === threshold) ties -= off
  }
  return chosen
}

/** Entries that a guess of the threshold looks at, and how many times the count it lets through. */
const SAMPLE = 256
const ROOM = 2

/**
 * As largestAt, of the entries that a mask has off. Where few of many are wanted, a sample says which need
 * not be looked at twice.
 */
export function largestOff(scores: Float32Array | Float64Array, mask: Uint8Array, count: number): Int32Array {
  if (count <= 0) return new Int32Array(0)
  const result = intsOf(Math.min(count, mask.length))
  return inScratch(() => {
    const chosen = offByKernels(scores, mask, count) ?? offByGuess(scores, mask, count)
    result.set(chosen)
    return result.subarray(0, chosen.length)
  })
}

/** Fills `ranks` with few of many, of which a sample says most need not be looked at twice; else false. */
function fewByGuess(scores: Float32Array, ranks: Int32Array): boolean {
  const count = ranks.length
  const guess = guessOf(scores, null, count)
  const found = guess > 0 ? listed(scores, guess, 4 * count + 4 * SAMPLE) : null
  const kernels = found && found.length > count ? kernelsFor(scores, found) : null
  if (!found || !kernels) return false
  const own = floatsOf(found.length)
  if (!kernelsFor(own)) return false
  kernels.pick(own, scores, found)
  kernels.largestRanks(own, ranks)
  kernels.pick(ranks, found, ranks)
  return true
}

/** Of single precision in a workshop's room; null elsewhere, or where it is full. */
function offByKernels(
  scores: Float32Array | Float64Array,
  mask: Uint8Array,
  count: number,
): Int32Array | null {
  if (!hasKernels() || !(scores instanceof Float32Array)) return null
  const near = kernelsFor(scores) ? scores : copyOf(scores)
  const guess = guessOf(near, mask, count)
  const few = guess > 0 ? listedOff(near, mask, guess, 4 * count + 4 * SAMPLE) : null
  if (few && few.length >= count) return largestAt(near, few, count)
  // All that are numbers.
  const all = listedOff(near, mask, 0, mask.length + 1)
  return all && all.length >= count ? largestAt(near, all, count) : null
}

function copyOf(scores: Float32Array): Float32Array {
  const copy = floatsOf(scores.length)
  copy.set(scores)
  return copy
}

/** The entries that reach a size, ascending; null for `most` and more. */
function listed(scores: Float32Array, size: number, most: number): Int32Array | null {
  const list = intsOf(most)
  const kernels = kernelsFor(scores, list)
  if (!kernels) return null
  const found = kernels.reaching(scores, size, list)
  return found < most ? list.subarray(0, found) : null
}

/** Those of them that a mask has off. */
function listedOff(scores: Float32Array, mask: Uint8Array, size: number, most: number): Int32Array | null {
  const list = listed(scores, size, most)
  return list && list.subarray(0, offAmong(list, mask))
}

function offByGuess(scores: Float32Array | Float64Array, mask: Uint8Array, count: number): Int32Array {
  const guess = guessOf(scores, mask, count)
  const most = 4 * count + 4 * SAMPLE
  if (guess > 0) {
    if (reached.length < most) reached = new Int32Array(most)
    const found =
      scores instanceof Float32Array
        ? bitsFrom(scores, mask, guess, reached, most)
        : sizesFrom(scores, mask, guess, reached, most)
    if (found >= count && found < most) return largestAt(scores, reached.subarray(0, found), count)
  }
  if (scores instanceof Float32Array) return largestByBits(scores, mask, count)
  const off = Int32Array.from(mask.keys()).filter((k) => mask[k] === 0)
  return largestAt(scores, off, count)
}

/** Keeps those of a list that a mask has off, in place; returns how many. */
function offAmong(list: Int32Array, mask: Uint8Array): number {
  let off = 0
  for (let k = 0; k < list.length; k++) {
    const entry = list[k]
    list[off] = entry
    off += 1 - mask[entry]
  }
  return off
}

/** Work space kept between calls. */
let reached = new Int32Array(0)
const sample = new Float64Array(SAMPLE)

/** Lists the entries that a mask has off and that reach a size, up to `most`; returns how many. */
function sizesFrom(
  scores: Float64Array,
  mask: Uint8Array,
  size: number,
  list: Int32Array,
  most: number,
): number {
  let found = 0
  for (let k = 0; k < mask.length && found < most; k++) {
    // What is no number fails the comparison.
    if (Math.abs(scores[k]) >= size && mask[k] === 0) list[found++] = k
  }
  return found
}

/** As sizesFrom, of single precision, whose bits are in the order of the sizes. */
function bitsFrom(
  scores: Float32Array,
  mask: Uint8Array,
  size: number,
  list: Int32Array,
  most: number,
): number {
  const bits = new Int32Array(scores.buffer, scores.byteOffset, scores.length)
  const least = new Int32Array(Float32Array.of(size).buffer)[0]
  let found = 0
  for (let k = 0; k < mask.length && found < most; k++) {
    const own = bits[k] & 0x7fffffff
    if (own >= least && own <= INFINITE && mask[k] === 0) list[found++] = k
  }
  return found
}

/**
 * A size that about ROOM times as many entries reach as are wanted of those that a mask (null: none) has
 * off; 0 where that spares nothing.
 */
function guessOf(scores: Float32Array | Float64Array, mask: Uint8Array | null, count: number): number {
  const { length } = scores
  const wanted = Math.ceil((ROOM * count * SAMPLE) / length) + 8
  if (length < 4 * SAMPLE || 4 * wanted > SAMPLE) return 0
  const stride = Math.floor(length / SAMPLE) | 1
  for (let k = 0, at = 0; k < SAMPLE; k++, at = (at + stride) % length) {
    const size = mask === null || mask[at] === 0 ? Math.abs(scores[at]) : 0
    sample[k] = Number.isNaN(size) ? 0 : size
  }
  return selectInPlace(sample, SAMPLE - wanted)
}
