// Changes of masks: what is chosen among numbers, lists of entries, and the tables of dense kernels. All
// lists are of i32, ascending.

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
 * The highest bin so that it and those above hold `count`; what those above hold stands in the word after the
 * bins.
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

/**
 * Ranks of the `count` (from 1) largest |value|, of equal ones the earlier; what is no number counts as
 * least. The threshold is found by counting, eleven bits and then ten at a time, in 2049 words of `bins`.
 */
export function largestRanks(values: usize, size: i32, count: i32, ranks: usize, bins: usize): void {
  const end = values + (size << 2)
  memory.fill(bins, 0, 4 * 2049)
  for (let at = values; at < end; at += 4) {
    const bin = bins + ((keyOf(at) >>> HIGH) << 2)
    store<i32>(bin, load<i32>(bin) + 1)
  }
  const high = binOf(bins, 2047, count)
  let wanted = count - load<i32>(bins, 4 * 2048)
  memory.fill(bins, 0, 4 * 1025)
  for (let at = values; at < end; at += 4) {
    const key = keyOf(at)
    const bin = bins + (((key >>> MIDDLE) & LOW) << 2)
    store<i32>(bin, load<i32>(bin) + i32(key >>> HIGH === high))
  }
  const top = (high << MIDDLE) | binOf(bins, 1023, wanted)
  wanted -= load<i32>(bins, 4 * 1024)
  memory.fill(bins, 0, 4 * 1025)
  for (let at = values; at < end; at += 4) {
    const key = keyOf(at)
    const bin = bins + ((key & LOW) << 2)
    store<i32>(bin, load<i32>(bin) + i32(key >>> MIDDLE === top))
  }
  const threshold = (top << MIDDLE) | binOf(bins, 1023, wanted)
  let ties = wanted - load<i32>(bins, 4 * 1024)
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

/**
 * Lists the entries whose |value| has at least these bits, up to `most`; returns how many. What is no number
 * has none.
 */
export function reaching(values: usize, size: i32, least: i32, list: usize, most: i32): i32 {
  const sizes = i32x4.splat(0x7fffffff)
  const low = i32x4.splat(least)
  const high = i32x4.splat(INFINITE)
  let found = 0
  let k = 0
  for (; k + 4 <= size && found < most; k += 4) {
    const own = v128.and(v128.load(values + (k << 2)), sizes)
    let lanes = i32x4.bitmask(v128.and(i32x4.ge_s(own, low), i32x4.le_s(own, high)))
    while (lanes && found < most) {
      store<i32>(list + (found << 2), k + ctz(lanes))
      lanes &= lanes - 1
      found++
    }
  }
  for (; k < size && found < most; k++) {
    const own = load<i32>(values + (k << 2)) & 0x7fffffff
    if (own < least || own > INFINITE) continue
    store<i32>(list + (found << 2), k)
    found++
  }
  return found
}

/** to[k] = from[ranks[k]]; words of any kind. */
export function pick(to: usize, from: usize, ranks: usize, count: i32): void {
  for (let k = 0; k < count; k++) {
    store<i32>(to + (k << 2), load<i32>(from + (load<i32>(ranks + (k << 2)) << 2)))
  }
}

/** The entries of these ranks among those that are in no list `on`. */
export function zerosAt(on: usize, onCount: i32, ranks: usize, count: i32, to: usize): void {
  let ones = 0
  for (let k = 0; k < count; k++) {
    const rank = load<i32>(ranks + (k << 2))
    while (ones < onCount && load<i32>(on + (ones << 2)) <= rank + ones) ones++
    store<i32>(to + (k << 2), rank + ones)
  }
}

/**
 * Two lists in one, `on`; of each entry its rank, −1 for those of `back`, whose places in it are written to
 * `at`.
 */
export function merge(
  kept: usize, ranks: usize, keptCount: i32, back: usize, backCount: i32, on: usize, origin: usize, at: usize,
): void {
  let i = 0
  let j = 0
  let k = 0
  while (i < keptCount && j < backCount) {
    const one = load<i32>(kept + (i << 2))
    const other = load<i32>(back + (j << 2))
    // −1 where what is kept comes first, else 0: a branch would be mispredicted.
    const first = (one - other) >> 31
    store<i32>(on + (k << 2), other + ((one - other) & first))
    store<i32>(at + (j << 2), k)
    store<i32>(origin + (k << 2), ((load<i32>(ranks + (i << 2)) + 1) & first) - 1)
    i -= first
    j += 1 + first
    k++
  }
  memory.copy(on + (k << 2), kept + (i << 2), (keptCount - i) << 2)
  memory.copy(origin + (k << 2), ranks + (i << 2), (keptCount - i) << 2)
  k += keptCount - i
  for (; j < backCount; j++, k++) {
    store<i32>(on + (k << 2), load<i32>(back + (j << 2)))
    store<i32>(at + (j << 2), k)
    store<i32>(origin + (k << 2), -1)
  }
}

/**
 * Of each entry its rank in a list that has it; where it has not, that of the next larger, or the list's
 * length.
 */
export function ranksIn(list: usize, listCount: i32, entries: usize, count: i32, to: usize): void {
  let rank = 0
  for (let k = 0; k < count; k++) {
    const entry = load<i32>(entries + (k << 2))
    while (rank < listCount && load<i32>(list + (rank << 2)) < entry) rank++
    store<i32>(to + (k << 2), rank)
  }
}

/**
 * to[k] = from[places[origin[k]]], 0 where the origin is −1, of `arrays` arrays: `from` is `stride` bytes
 * apart, `to` has them one after the other.
 */
export function keepNumbers(
  to: usize, from: usize, stride: i32, arrays: i32, places: usize, origin: usize, count: i32,
): void {
  for (let array = 0; array < arrays; array++) {
    for (let k = 0; k < count; k++) {
      const rank = load<i32>(origin + (k << 2))
      // Without a branch: −1 reads the first and clears its bits.
      const kept = ~(rank >> 31)
      const place = load<i32>(places + ((rank & kept) << 2))
      store<i32>(to + (k << 2), load<i32>(from + (place << 2)) & kept)
    }
    to += count << 2
    from += stride
  }
}

/** The way back: to[places[k]] = from[k]. */
export function putNumbers(
  to: usize, stride: i32, from: usize, arrays: i32, places: usize, count: i32,
): void {
  for (let array = 0; array < arrays; array++) {
    for (let k = 0; k < count; k++) {
      store<i32>(to + (load<i32>(places + (k << 2)) << 2), load<i32>(from + (k << 2)))
    }
    from += count << 2
    to += stride
  }
}

/**
 * The tables of a dense kernel [columns, rows] (structure.ts) from its nonzeros `on`, which get their places
 * among the values: rows, then columns. `next` is room for a word a row; `backStarts` is 0 where there is no
 * way back.
 */
export function layOutDense(
  on: usize, count: i32, rows: i32, columns: i32, places: usize, next: usize, rowStarts: usize,
  offsets: usize, rowOf: usize, backStarts: usize, backOffsets: usize, inputOfColumn: usize,
  gradientPlane: i32,
): void {
  memory.fill(rowStarts, 0, (rows + 1) << 2)
  let first = 0
  let back = backStarts
  if (back) store<i32>(back, 0)
  // Columns are passed one by one, since a division takes longer.
  for (let k = 0; k < count; k++) {
    const entry = load<i32>(on + (k << 2))
    while (entry >= first + rows) {
      first += rows
      if (!back) continue
      back += 4
      store<i32>(back, k)
    }
    const held = rowStarts + ((entry - first) << 2)
    store<i32>(held, load<i32>(held, 4) + 1, 4)
  }
  if (back) for (const last = backStarts + (columns << 2); back < last; back += 4) store<i32>(back, count, 4)
  for (let row = 0; row < rows; row++) {
    const at = rowStarts + (row << 2)
    store<i32>(next + (row << 2), load<i32>(at))
    store<i32>(at, load<i32>(at, 4) + load<i32>(at), 4)
  }
  first = 0
  for (let k = 0; k < count; k++) {
    const entry = load<i32>(on + (k << 2))
    while (entry >= first + rows) {
      first += rows
      inputOfColumn += 4
    }
    const row = entry - first
    const place = load<i32>(next + (row << 2))
    store<i32>(next + (row << 2), place + 1)
    store<i32>(places + (k << 2), place)
    store<i32>(offsets + (place << 2), load<i32>(inputOfColumn))
    store<u16>(rowOf + (place << 1), <u16>row)
    if (!backStarts) continue
    store<i32>(backOffsets + (k << 3), row * gradientPlane)
    store<i32>(backOffsets + (k << 3), place << 2, 4)
  }
}
