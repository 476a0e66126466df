// Lists of entries, of i32 and ascending, and numbers that go by them.

/** to[k] = from[ranks[k]]; words of any kind. */
export function pick(to: usize, from: usize, ranks: usize, count: i32): void {
  for (let k = 0; k < count; k++) {
    store<i32>(to + (k << 2), load<i32>(from + (load<i32>(ranks + (k << 2)) << 2)))
  }
}

/** to[k] = from[k] + by. */
export function shift(to: usize, from: usize, count: i32, by: i32): void {
  for (let k = 0; k < count; k++) store<i32>(to + (k << 2), load<i32>(from + (k << 2)) + by)
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
 * Lists those of `back` that a list has not; returns how many. Of the others, the rank in the list, or what
 * stands there in `ranks`, becomes the origin of their place in `at`; nothing does where `origin` is 0.
 * `places` is room for a word an entry, whatever is in it: where it leads to the entry itself, that is in the
 * list.
 */
export function lacking(
  back: usize, count: i32, list: usize, listCount: i32, ranks: usize,
  at: usize, origin: usize, missing: usize, places: usize,
): i32 {
  for (let k = 0; k < listCount; k++) store<i32>(places + (load<i32>(list + (k << 2)) << 2), k)
  let found = 0
  for (let j = 0; j < count; j++) {
    const entry = load<i32>(back + (j << 2))
    const place = load<i32>(places + (entry << 2))
    const known = select(place, 0, <u32>place < <u32>listCount)
    const isMissing = i32(listCount === 0 || load<i32>(list + (known << 2)) !== entry)
    store<i32>(missing + (found << 2), entry)
    found += isMissing
    // What is missing gets −1 again, without a branch, which would be mispredicted.
    if (origin) {
      const rank = ranks ? load<i32>(ranks + (known << 2)) : known
      store<i32>(origin + (load<i32>(at + (j << 2)) << 2), rank | -isMissing)
    }
  }
  return found
}

/** The sum of |values| at these entries, one after the other, to an f64. */
export function sumOfSizes(values: usize, entries: usize, count: i32, to: usize): void {
  let sum: f64 = 0
  for (let k = 0; k < count; k++) {
    sum += <f64>abs(load<f32>(values + (load<i32>(entries + (k << 2)) << 2)))
  }
  store<f64>(to, sum)
}

/** sum[k] ← factor·sum[k] + given[k], in double precision and rounded once, as JavaScript does. */
export function smooth(sum: usize, given: usize, count: i32, factor: f64): void {
  const by = f64x2.splat(factor)
  let k = 0
  for (; k + 2 <= count; k += 2) {
    const at = sum + (k << 2)
    const own = f64x2.mul(by, f64x2.promote_low_f32x4(v128.load64_zero(at)))
    const all = f64x2.add(own, f64x2.promote_low_f32x4(v128.load64_zero(given + (k << 2))))
    v128.store64_lane(at, f32x4.demote_f64x2_zero(all), 0)
  }
  for (; k < count; k++) {
    const at = sum + (k << 2)
    store<f32>(at, <f32>(factor * <f64>load<f32>(at) + <f64>load<f32>(given + (k << 2))))
  }
}

/** Sets bytes to 0. */
export function zero(at: usize, bytes: i32): void {
  memory.fill(at, 0, <u32>bytes)
}
