// What moves with masks: numbers, and the tables of dense kernels. Lists are of i32, ascending.

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
  on: usize, count: i32, rows: i32, columns: i32, places: usize, next: usize,
  rowStarts: usize, offsets: usize, rowOf: usize,
  backStarts: usize, backOffsets: usize, inputOfColumn: usize, gradientPlane: i32,
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
