// The gradient of kernels without zeros: several rows and columns share what is read.
import { madd, splat, sumPair, sumPairs } from './math'

/** Lane sums of 4 × 2 weights, those of a column side by side. */
function sums42(
  partial: usize, gradient: usize, gradRow: i32, gradX: i32, input: usize, inX: i32, offsets: usize,
  width: i32, bytes: i32,
): void {
  let g0 = gradient
  let g1 = gradient + 1 * gradRow
  let g2 = gradient + 2 * gradRow
  let g3 = gradient + 3 * gradRow
  let p0 = input + load<i32>(offsets)
  let p1 = input + load<i32>(offsets, 4)
  let a00 = splat(0)
  let b00 = splat(0)
  let a01 = splat(0)
  let b01 = splat(0)
  let a10 = splat(0)
  let b10 = splat(0)
  let a11 = splat(0)
  let b11 = splat(0)
  let a20 = splat(0)
  let b20 = splat(0)
  let a21 = splat(0)
  let b21 = splat(0)
  let a30 = splat(0)
  let b30 = splat(0)
  let a31 = splat(0)
  let b31 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const u0 = v128.load(p0 + l)
      const v0 = v128.load(p0 + l, 16)
      const u1 = v128.load(p1 + l)
      const v1 = v128.load(p1 + l, 16)
      const g0a = v128.load(g0 + l)
      const g0b = v128.load(g0 + l, 16)
      a00 = madd(g0a, u0, a00)
      b00 = madd(g0b, v0, b00)
      a01 = madd(g0a, u1, a01)
      b01 = madd(g0b, v1, b01)
      const g1a = v128.load(g1 + l)
      const g1b = v128.load(g1 + l, 16)
      a10 = madd(g1a, u0, a10)
      b10 = madd(g1b, v0, b10)
      a11 = madd(g1a, u1, a11)
      b11 = madd(g1b, v1, b11)
      const g2a = v128.load(g2 + l)
      const g2b = v128.load(g2 + l, 16)
      a20 = madd(g2a, u0, a20)
      b20 = madd(g2b, v0, b20)
      a21 = madd(g2a, u1, a21)
      b21 = madd(g2b, v1, b21)
      const g3a = v128.load(g3 + l)
      const g3b = v128.load(g3 + l, 16)
      a30 = madd(g3a, u0, a30)
      b30 = madd(g3b, v0, b30)
      a31 = madd(g3a, u1, a31)
      b31 = madd(g3b, v1, b31)
    }
    g0 += gradX
    g1 += gradX
    g2 += gradX
    g3 += gradX
    p0 += inX
    p1 += inX
  }
  v128.store(partial, a00)
  v128.store(partial, b00, 16)
  v128.store(partial, a10, 32)
  v128.store(partial, b10, 48)
  v128.store(partial, a20, 64)
  v128.store(partial, b20, 80)
  v128.store(partial, a30, 96)
  v128.store(partial, b30, 112)
  v128.store(partial, a01, 128)
  v128.store(partial, b01, 144)
  v128.store(partial, a11, 160)
  v128.store(partial, b11, 176)
  v128.store(partial, a21, 192)
  v128.store(partial, b21, 208)
  v128.store(partial, a31, 224)
  v128.store(partial, b31, 240)
}

/** Lane sums of 4 × 1 weights, those of a column side by side. */
function sums41(
  partial: usize, gradient: usize, gradRow: i32, gradX: i32, input: usize, inX: i32, offsets: usize,
  width: i32, bytes: i32,
): void {
  let g0 = gradient
  let g1 = gradient + 1 * gradRow
  let g2 = gradient + 2 * gradRow
  let g3 = gradient + 3 * gradRow
  let p0 = input + load<i32>(offsets)
  let a00 = splat(0)
  let b00 = splat(0)
  let a10 = splat(0)
  let b10 = splat(0)
  let a20 = splat(0)
  let b20 = splat(0)
  let a30 = splat(0)
  let b30 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const u0 = v128.load(p0 + l)
      const v0 = v128.load(p0 + l, 16)
      const g0a = v128.load(g0 + l)
      const g0b = v128.load(g0 + l, 16)
      a00 = madd(g0a, u0, a00)
      b00 = madd(g0b, v0, b00)
      const g1a = v128.load(g1 + l)
      const g1b = v128.load(g1 + l, 16)
      a10 = madd(g1a, u0, a10)
      b10 = madd(g1b, v0, b10)
      const g2a = v128.load(g2 + l)
      const g2b = v128.load(g2 + l, 16)
      a20 = madd(g2a, u0, a20)
      b20 = madd(g2b, v0, b20)
      const g3a = v128.load(g3 + l)
      const g3b = v128.load(g3 + l, 16)
      a30 = madd(g3a, u0, a30)
      b30 = madd(g3b, v0, b30)
    }
    g0 += gradX
    g1 += gradX
    g2 += gradX
    g3 += gradX
    p0 += inX
  }
  v128.store(partial, a00)
  v128.store(partial, b00, 16)
  v128.store(partial, a10, 32)
  v128.store(partial, b10, 48)
  v128.store(partial, a20, 64)
  v128.store(partial, b20, 80)
  v128.store(partial, a30, 96)
  v128.store(partial, b30, 112)
}

/** Lane sums of 1 × 1 weights, those of a column side by side. */
function sums11(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, offsets: usize, width: i32, bytes: i32,
): void {
  let g0 = gradient
  let p0 = input + load<i32>(offsets)
  let a00 = splat(0)
  let b00 = splat(0)
  for (let x = 0; x < width; x++) {
    for (let l = 0; l < bytes; l += 32) {
      const u0 = v128.load(p0 + l)
      const v0 = v128.load(p0 + l, 16)
      const g0a = v128.load(g0 + l)
      const g0b = v128.load(g0 + l, 16)
      a00 = madd(g0a, u0, a00)
      b00 = madd(g0b, v0, b00)
    }
    g0 += gradX
    p0 += inX
  }
  v128.store(partial, a00)
  v128.store(partial, b00, 16)
}

// @ts-expect-error: decorator
@inline
function addTo(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value)
}

/**
 * sums[r][c] = Σ over positions and lanes of gradient[r][y][x][·]·input[offsets[c] + y·inY + x·inX][·].
 * Positions are taken `block` bytes at a time, so that what all rows read of them stays in the cache;
 * `partial` holds the sums of eight weights meanwhile.
 */
export function fullGradient(
  sums: usize, partial: usize, gradient: usize, gradRow: i32, gradY: i32, gradX: i32, input: usize, inY: i32,
  inX: i32, offsets: usize, rows: i32, columns: i32, height: i32, width: i32, bytes: i32, block: i32,
): void {
  memory.fill(sums, 0, (rows * columns) << 2)
  const step = columns << 2
  for (let y = 0; y < height; y++) {
    for (let from = 0; from < bytes; from += block) {
      const part = min(block, bytes - from)
      const i = input + y * inY + from
      let r = 0
      for (; r + 3 < rows; r += 4) {
        const g = gradient + r * gradRow + y * gradY + from
        let to = sums + r * step
        let c = 0
        for (; c + 1 < columns; c += 2, to += 8) {
          sums42(partial, g, gradRow, gradX, i, inX, offsets + (c << 2), width, part)
          const one = sumPairs(partial)
          const two = sumPairs(partial + 128)
          addTo(to, f32x4.extract_lane(one, 0))
          addTo(to + 4, f32x4.extract_lane(two, 0))
          addTo(to + step, f32x4.extract_lane(one, 1))
          addTo(to + step + 4, f32x4.extract_lane(two, 1))
          addTo(to + 2 * step, f32x4.extract_lane(one, 2))
          addTo(to + 2 * step + 4, f32x4.extract_lane(two, 2))
          addTo(to + 3 * step, f32x4.extract_lane(one, 3))
          addTo(to + 3 * step + 4, f32x4.extract_lane(two, 3))
        }
        if (c < columns) {
          sums41(partial, g, gradRow, gradX, i, inX, offsets + (c << 2), width, part)
          const one = sumPairs(partial)
          addTo(to, f32x4.extract_lane(one, 0))
          addTo(to + step, f32x4.extract_lane(one, 1))
          addTo(to + 2 * step, f32x4.extract_lane(one, 2))
          addTo(to + 3 * step, f32x4.extract_lane(one, 3))
        }
      }
      for (; r < rows; r++) {
        const g = gradient + r * gradRow + y * gradY + from
        for (let c = 0; c < columns; c++) {
          sums11(partial, g, gradX, i, inX, offsets + (c << 2), width, part)
          addTo(sums + r * step + (c << 2), sumPair(partial))
        }
      }
    }
  }
}
