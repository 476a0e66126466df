// The largest of numbers, by counting their bits.

import { pick } from './lists'

/** Bits of infinity; what is above is no number. */
const INFINITE: i32 = 0x7f800000

/** A key's bits, from the top: 11, 10 and 10 of them. */
const HIGH: i32 = 20

const MIDDLE: i32 = 10

const LOW: i32 = 1023

/** |score| as whole numbers of the same order, from 1; 0 for what is no number. */
// @ts-expect-error: decorator
@inline
function keyOf(at: usize): i32 {
  const size = load<i32>(at) & 0x7fffffff
  return select(0, size + 1, size > INFINITE)
}

/**
 * The highest bin so that it and those above hold `count`; what those above hold stands in the word after
 * the bins.
 */
// @ts-expect-error: decorator
@inline
function binOf(bins: usize, last: i32, count: i32): i32 {
  let above = 0
  let bin = last
  while (bin > 0) {
    const held = load<i32>(bins + (bin << 2))
    if (above + held >= count) break
    above += held
    bin--
  }
  store<i32>(bins + ((last + 1) << 2), above)
  return bin
}

/** Of each set of four lanes the bytes that bring the lanes in it to the front: 256 bytes. */
function writePacking(at: usize): void {
  for (let lanes = 0; lanes < 16; lanes++) {
    let to = 0
    for (let lane = 0; lane < 4; lane++) {
      if (!((lanes >> lane) & 1)) continue
      store<i32>(at + (lanes << 4) + (to << 2), 0x03020100 + 0x04040404 * lane)
      to++
    }
  }
}

/**
 * Lists the entries whose |value| has bits from `least` to `most`; returns how many. Four words beyond those
 * listed may be written. `packing`: 64 words.
 */
function within(values: usize, size: i32, least: i32, most: i32, list: usize, packing: usize): i32 {
  const sizes = i32x4.splat(0x7fffffff)
  const low = i32x4.splat(least)
  const high = i32x4.splat(most)
  const four = i32x4.splat(4)
  writePacking(packing)
  let entries = i32x4(0, 1, 2, 3)
  let to = list
  let k = 0
  // Always written, and counted by the lanes that reach: a branch would be mispredicted.
  for (; k + 4 <= size; k += 4) {
    const own = v128.and(v128.load(values + (k << 2)), sizes)
    const lanes = i32x4.bitmask(v128.and(i32x4.ge_s(own, low), i32x4.le_s(own, high)))
    v128.store(to, i8x16.swizzle(entries, v128.load(packing + (lanes << 4))))
    to += popcnt(lanes) << 2
    entries = i32x4.add(entries, four)
  }
  for (; k < size; k++) {
    const own = load<i32>(values + (k << 2)) & 0x7fffffff
    store<i32>(to, k)
    to += (i32(own >= least) & i32(own <= most)) << 2
  }
  return <i32>((to - list) >> 2)
}

/** Counts each of `size` values under the ten bits of its key from `shift` on. */
function countBits(values: usize, size: i32, shift: i32, bins: usize): void {
  memory.fill(bins, 0, 4 * 1025)
  for (let at = values, end = values + (size << 2); at < end; at += 4) {
    const bin = bins + (((keyOf(at) >>> shift) & LOW) << 2)
    store<i32>(bin, load<i32>(bin) + 1)
  }
}

/**
 * Ranks of the `count` (from 1) largest |value|, of equal ones the earlier; what is no number counts as
 * least. The threshold is found by counting, eleven bits and then ten at a time, in 2049 words of `bins`, of
 * the last twenty among the values alone that share the first. `ranks` has room for four words more, `work`
 * for two words a value and four.
 */
export function largestRanks(
  values: usize, size: i32, count: i32, ranks: usize, work: usize, bins: usize,
): void {
  memory.fill(bins, 0, 4 * 2049)
  for (let at = values, end = values + (size << 2); at < end; at += 4) {
    const bin = bins + ((keyOf(at) >>> HIGH) << 2)
    store<i32>(bin, load<i32>(bin) + 1)
  }
  const high = binOf(bins, 2047, count)
  const wanted = count - load<i32>(bins, 4 * 2048)
  // A key is one more than the bits. What is no number has the key 0 and is in no list: where it counts, the
  // threshold comes out as 0, with as many ties as are lacking.
  const least = max((high << HIGH) - 1, 0)
  const most = min(((high + 1) << HIGH) - 2, INFINITE)
  const alike = work + ((size + 4) << 2)
  const shared = within(values, size, least, most, work, bins)
  pick(alike, values, work, shared)
  countBits(alike, shared, MIDDLE, bins)
  const middle = binOf(bins, 1023, wanted)
  const left = wanted - load<i32>(bins, 4 * 1024)
  const top = ((high << MIDDLE) | middle) << MIDDLE
  const sharing = within(alike, shared, top - 1, top + LOW - 1, work, bins)
  pick(work, alike, work, sharing)
  countBits(work, sharing, 0, bins)
  const low = binOf(bins, 1023, left)
  const ties = left - load<i32>(bins, 4 * 1024)
  const equal = load<i32>(bins + (low << 2))
  const threshold = (top | low) - 1
  if (equal === ties) within(values, size, threshold, INFINITE, ranks, bins)
  else ranksFrom(values, count, threshold + 1, ties, ranks)
}

/**
 * The ranks of those whose keys are above a threshold, and of the first `ties` that are at it; `count` in
 * all.
 */
function ranksFrom(values: usize, count: i32, threshold: i32, ties: i32, ranks: usize): void {
  const last = ranks + (count << 2)
  // Always written, and counted where it is wanted: a branch would be mispredicted.
  for (let k = 0; ranks < last; k++) {
    const key = keyOf(values + (k << 2))
    const tie = i32(key === threshold) & i32(ties > 0)
    store<i32>(ranks, k)
    ranks += (i32(key > threshold) | tie) << 2
    ties -= tie
  }
}

/** A sample: runs of entries that lie in one line of the cache each, which is what takes time. */
const RUNS: i32 = 32
const RUN: i32 = 8
const SAMPLE: i32 = RUNS * RUN
/** A guess lets through half as many again as are wanted, and so many of the sample. */

const MARGIN: i32 = 6
/** By how many bins a guess is lowered that let too few through: to half the size. */
const LOWER: i32 = 8

/** What moves the runs of a sample off the columns of a matrix. */
const SCATTER: i32 = 40503

/**
 * Bits of a size that some more of the entries that are not marked reach than are wanted; 0 where that spares
 * nothing. It is the low end of a bin of sizes.
 */
function guessOf(values: usize, size: i32, marks: usize, count: i32, bins: usize): i32 {
  const wanted = MARGIN + <i32>((<i64>(SAMPLE + SAMPLE / 2) * count + size - 1) / size)
  if (size < 4 * SAMPLE || 4 * wanted > SAMPLE) return 0
  memory.fill(bins, 0, 4 * 2049)
  const stride = size / RUNS
  for (let run = 0; run < RUNS; run++) {
    const first = run * stride + ((run * SCATTER) % (stride - RUN))
    for (let entry = first; entry < first + RUN; entry++) {
      const key = keyOf(values + (entry << 2)) & (<i32>load<u8>(marks + entry) - 1)
      const bin = bins + ((key >>> HIGH) << 2)
      store<i32>(bin, load<i32>(bin) + 1)
    }
  }
  const bin = binOf(bins, 2047, wanted)
  return bin > 0 ? (bin << HIGH) - 1 : 0
}

/** Takes the entries that are marked out of a list; returns how many are left. */
function leaveOut(list: usize, count: i32, marks: usize): i32 {
  let to = list
  // Always written, and counted where it is wanted: a branch would be mispredicted.
  for (let at = list, end = list + (count << 2); at < end; at += 4) {
    const entry = load<i32>(at)
    store<i32>(to, entry)
    to += (1 - <i32>load<u8>(marks + entry)) << 2
  }
  return <i32>((to - list) >> 2)
}

/**
 * The `count` (from 1) largest |value| of the entries that are not in `others`, ascending; of equal ones the
 * earlier. `chosen` has room for four words more, `list` for one a value and four, `picked` for three a value
 * and four, `marks` for a byte a value. `filled` becomes 0 where fewer are numbers, else 1.
 */
export function largestOthers(
  values: usize, size: i32, others: usize, otherCount: i32, count: i32, chosen: usize,
  list: usize, picked: usize, marks: usize, bins: usize, filled: usize,
): void {
  memory.fill(marks, 0, size)
  for (let k = 0; k < otherCount; k++) store<u8>(marks + load<i32>(others + (k << 2)), 1)
  let least = guessOf(values, size, marks, count, bins)
  let found = leaveOut(list, within(values, size, least, INFINITE, list, bins), marks)
  while (found < count && least > 0) {
    least = max(least - (LOWER << HIGH), 0)
    found = leaveOut(list, within(values, size, least, INFINITE, list, bins), marks)
  }
  store<i32>(filled, i32(found >= count))
  if (found < count) return
  if (found === count) memory.copy(chosen, list, count << 2)
  else {
    pick(picked, values, list, found)
    largestRanks(picked, found, count, chosen, picked + (found << 2), bins)
    pick(chosen, list, chosen, count)
  }
}
