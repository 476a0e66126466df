// Learned tokens and positions of sequences, and what only moves numbers.
import { rowAt } from './image'
import { flush, splat, sumLanes } from './math'

/** The first place of each channel = values[c]. */
export function fillPlace(to: usize, values: usize, channels: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    const t = rowAt(to, c, 0)
    const value = v128.load_splat<f32>(values + (c << 2))
    for (let l = 0; l < bytes; l += 16) v128.store(t + l, value)
  }
}

/** to = from + values[place][c]. */
export function addPositions(
  to: usize, from: usize, values: usize, channels: i32, places: i32, bytes: i32,
): void {
  for (let c = 0; c < channels; c++) {
    const t = rowAt(to, c, 0)
    const p = rowAt(from, c, 0)
    for (let place = 0; place < places; place++) {
      const value = v128.load_splat<f32>(values + ((place * channels + c) << 2))
      const at = place * bytes
      for (let l = at; l < at + bytes; l += 16) v128.store(t + l, flush(f32x4.add(v128.load(p + l), value)))
    }
  }
}

/** sums[place][c] = Σ over lanes. */
export function positionSums(sums: usize, gradient: usize, channels: i32, places: i32, bytes: i32): void {
  for (let c = 0; c < channels; c++) {
    const g = rowAt(gradient, c, 0)
    for (let place = 0; place < places; place++) {
      let sum = splat(0)
      const at = place * bytes
      for (let l = at; l < at + bytes; l += 16) sum = f32x4.add(sum, v128.load(g + l))
      store<f32>(sums + ((place * channels + c) << 2), sumLanes(sum))
    }
  }
}

/** Copies or adds runs: of each (bytes from `to`, bytes from `from`, length in bytes, a multiple of 16). */
export function move(to: usize, from: usize, runs: usize, count: i32, accumulate: i32): void {
  for (let run = 0; run < count; run++, runs += 12) {
    const t = to + load<i32>(runs)
    const p = from + load<i32>(runs, 4)
    const length = load<i32>(runs, 8)
    if (!accumulate) {
      memory.copy(t, p, length)
      continue
    }
    for (let l = 0; l < length; l += 16) v128.store(t + l, f32x4.add(v128.load(t + l), v128.load(p + l)))
  }
}
