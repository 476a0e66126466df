// The gradient of the nonzero weights: a dense-dense product sampled at their positions.
import { madd, splat, sumLanes, sumPair, sumPairs } from './math'
import { sampledBlocks } from './sampled-blocks'
import { fourSums, narrowSum, narrowSums, oneSum } from './sampled-sums'

/**
 * gradients[k] = Σ over positions and lanes of gradient[r][y][x][·]·input[offsets[k] + y·inY + x·inX][·], for
 * the nonzeros k of every row r. `partial` holds two vectors of four lane sums per nonzero meanwhile. Strides
 * and offsets in bytes. Positions are taken `block` bytes at a time, so that what all rows read of them stays
 * in the cache.
 */
export function sampled(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, gradY: i32, gradX: i32, input: usize,
  inY: i32, inX: i32, rowStarts: usize, offsets: usize, rows: i32, height: i32, width: i32, bytes: i32,
  block: i32,
): void {
  const nonzeros = load<i32>(rowStarts + (rows << 2))
  if (height === 1 && width === 1 && block < bytes) {
    sampledBlocks(gradients, partial, gradient, gradRow, input, rowStarts, offsets, rows, bytes, block)
    return
  }
  memory.fill(partial, 0, nonzeros << 5)
  for (let y = 0; y < height; y++) {
    for (let from = 0; from < bytes; from += block) {
      const part = min(block, bytes - from)
      for (let r = 0; r < rows; r++) {
        const start = load<i32>(rowStarts + (r << 2))
        const end = load<i32>(rowStarts + (r << 2), 4)
        sampledRow(
          partial + (start << 5), gradient + r * gradRow + y * gradY + from, gradX, input + y * inY + from,
            inX,
          offsets + (start << 2), end - start, width, part)
      }
    }
  }
  for (let k = 0; k < nonzeros; k++) store<f32>(gradients + (k << 2), sumPair(partial + (k << 5)))
}

/**
 * The same for a row of the output image, and all `columns` inputs of the kernel: gradients [rows][columns].
 */
export function denseSampled(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, gradY: i32, gradX: i32, input: usize,
  inY: i32, inX: i32, rowInputs: usize, offsets: usize, columns: i32, rows: i32, height: i32, width: i32,
  bytes: i32,
): void {
  for (let r = 0; r < rows; r++) {
    memory.fill(partial, 0, columns << 5)
    const from = input + load<i32>(rowInputs + (r << 2))
    for (let y = 0; y < height; y++) {
      sampledRow(
        partial, gradient + r * gradRow + y * gradY, gradX, from + y * inY, inX, offsets, columns, width,
        bytes)
    }
    const to = gradients + ((r * columns) << 2)
    for (let k = 0; k < columns; k++) store<f32>(to + (k << 2), sumPair(partial + (k << 5)))
  }
}

/**
 * partial[k] += the products of one row of positions, four nonzeros at a time, so that a gradient is loaded
 * once for four. Sums of neighbouring lanes are stored side by side: then V8 makes one wider vector of them
 * where the processor has it.
 */
function sampledRow(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, offsets: usize, count: i32, width: i32,
  bytes: i32,
): void {
  let k = 0
  if (bytes & 32) {
    for (; k + 3 < count; k += 4) {
      narrowSums(partial + (k << 5), gradient, gradX, input, inX, offsets + (k << 2), width, bytes)
    }
    for (; k < count; k++) {
      narrowSum(
        partial + (k << 5), gradient, gradX, input + load<i32>(offsets + (k << 2)), inX, width, bytes, false)
    }
    return
  }
  for (; k + 3 < count; k += 4) {
    fourSums(partial + (k << 5), gradient, gradX, input, inX, offsets + (k << 2), width, bytes, false)
  }
  for (; k < count; k++) {
    oneSum(
      partial + (k << 5), gradient, gradX, input + load<i32>(offsets + (k << 2)), inX, width, bytes, false)
  }
}

/** The case of one position; `partial` holds the sums of four nonzeros. */
export function sampledLinear(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, input: usize, rowStarts: usize,
  offsets: usize, rows: i32, bytes: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const start = load<i32>(rowStarts + (r << 2))
    const count = load<i32>(rowStarts + (r << 2), 4) - start
    const from = gradient + r * gradRow
    const to = gradients + (start << 2)
    const at = offsets + (start << 2)
    if (bytes & 32) narrowRow(to, partial, from, input, at, count, bytes)
    else if (bytes === 256 && count > 3) heldRow(to, partial, from, input, at, count)
    else anyRow(to, partial, from, input, at, count, bytes)
  }
}

function narrowRow(
  to: usize, partial: usize, gradient: usize, input: usize, offsets: usize, count: i32, bytes: i32,
): void {
  for (let k = 0; k < count; k++) {
    narrowSum(partial, gradient, 0, input + load<i32>(offsets + (k << 2)), 0, 1, bytes, true)
    store<f32>(to + (k << 2), sumPair(partial))
  }
}

function anyRow(
  to: usize, partial: usize, gradient: usize, input: usize, offsets: usize, count: i32, bytes: i32,
): void {
  let k = 0
  // The last four of a row begin where they have to: some sums are made twice, which takes less than one
  // alone.
  const last = count - 4
  for (; last >= 0 && k < count; k += 4) {
    k = min(k, last)
    fourSums(partial, gradient, 0, input, 0, offsets + (k << 2), 1, bytes, true)
    v128.store(to + (k << 2), sumPairs(partial))
  }
  for (; k < count; k++) {
    oneSum(partial, gradient, 0, input + load<i32>(offsets + (k << 2)), 0, 1, bytes, true)
    store<f32>(to + (k << 2), sumPair(partial))
  }
}

/** Four nonzeros and more on 64 lanes, whose gradients stay in registers. */
function heldRow(to: usize, partial: usize, gradient: usize, input: usize, offsets: usize, count: i32): void {
  const g0 = v128.load(gradient)
  const g1 = v128.load(gradient, 16)
  const g2 = v128.load(gradient, 32)
  const g3 = v128.load(gradient, 48)
  const g4 = v128.load(gradient, 64)
  const g5 = v128.load(gradient, 80)
  const g6 = v128.load(gradient, 96)
  const g7 = v128.load(gradient, 112)
  const g8 = v128.load(gradient, 128)
  const g9 = v128.load(gradient, 144)
  const g10 = v128.load(gradient, 160)
  const g11 = v128.load(gradient, 176)
  const g12 = v128.load(gradient, 192)
  const g13 = v128.load(gradient, 208)
  const g14 = v128.load(gradient, 224)
  const g15 = v128.load(gradient, 240)
  const last = count - 4
  for (let k = 0; k < count; k += 4) {
    k = min(k, last)
    for (let i = 0; i < 4; i++) {
      const p = input + load<i32>(offsets + ((k + i) << 2))
      let a0 = f32x4.mul(g0, v128.load(p))
      let a1 = f32x4.mul(g1, v128.load(p, 16))
      let a2 = f32x4.mul(g2, v128.load(p, 32))
      let a3 = f32x4.mul(g3, v128.load(p, 48))
      a0 = madd(g4, v128.load(p, 64), a0)
      a1 = madd(g5, v128.load(p, 80), a1)
      a2 = madd(g6, v128.load(p, 96), a2)
      a3 = madd(g7, v128.load(p, 112), a3)
      a0 = madd(g8, v128.load(p, 128), a0)
      a1 = madd(g9, v128.load(p, 144), a1)
      a2 = madd(g10, v128.load(p, 160), a2)
      a3 = madd(g11, v128.load(p, 176), a3)
      a0 = madd(g12, v128.load(p, 192), a0)
      a1 = madd(g13, v128.load(p, 208), a1)
      a2 = madd(g14, v128.load(p, 224), a2)
      a3 = madd(g15, v128.load(p, 240), a3)
      v128.store(partial + (i << 5), f32x4.add(a0, a2))
      v128.store(partial + (i << 5), f32x4.add(a1, a3), 16)
    }
    v128.store(to + (k << 2), sumPairs(partial))
  }
}

/**
 * sums[r] = Σ over an image row by row and its lanes: gradients of biases. Four vectors at a time where there
 * is but one row, whose sums `partial` holds meanwhile.
 */
export function rowSums(
  sums: usize, partial: usize, input: usize, plane: i32, row: i32, rows: i32, height: i32, bytes: i32,
): void {
  if (height === 1 && rows > 3 && !(bytes & 32)) {
    const last = rows - 4
    for (let r = 0; r < rows; r += 4) {
      r = min(r, last)
      const at = input + r * plane
      laneSums(partial, at, bytes)
      laneSums(partial + 32, at + plane, bytes)
      laneSums(partial + 64, at + 2 * plane, bytes)
      laneSums(partial + 96, at + 3 * plane, bytes)
      v128.store(sums + (r << 2), sumPairs(partial))
    }
    return
  }
  for (let r = 0; r < rows; r++) {
    let total: f64 = 0
    for (let y = 0; y < height; y++) {
      let a = splat(0)
      let b = splat(0)
      const at = input + r * plane + y * row
      for (let l = 0; l < bytes; l += 32) {
        a = f32x4.add(a, v128.load(at + l))
        b = f32x4.add(b, v128.load(at + l, 16))
      }
      total += <f64>sumLanes(f32x4.add(a, b))
    }
    store<f32>(sums + (r << 2), <f32>total)
  }
}

/** Two vectors of sums of a row, stored side by side. */
// @ts-expect-error: decorator
@inline
function laneSums(to: usize, at: usize, bytes: i32): void {
  let a0 = v128.load(at)
  let a1 = v128.load(at, 16)
  let a2 = v128.load(at, 32)
  let a3 = v128.load(at, 48)
  for (let l = 64; l < bytes; l += 64) {
    a0 = f32x4.add(a0, v128.load(at + l))
    a1 = f32x4.add(a1, v128.load(at + l, 16))
    a2 = f32x4.add(a2, v128.load(at + l, 32))
    a3 = f32x4.add(a3, v128.load(at + l, 48))
  }
  v128.store(to, f32x4.add(a0, a2))
  v128.store(to, f32x4.add(a1, a3), 16)
}

/**
 * to[column][row] = Σ over threads of parts[t][row][column], for rows [from, until); parts `stride` bytes
 * apart.
 */
export function sumTransposed(
  to: usize, parts: usize, stride: i32, threads: i32, rows: i32, columns: i32, from: i32, until: i32,
): void {
  for (let column = 0; column < columns; column++) {
    for (let r = from; r < until; r++) {
      const at = parts + ((r * columns + column) << 2)
      let total: f32 = 0
      for (let t = 0; t < threads; t++) total += load<f32>(at + t * stride)
      store<f32>(to + ((column * rows + r) << 2), total)
    }
  }
}
