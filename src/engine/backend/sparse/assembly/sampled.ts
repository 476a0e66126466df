// The gradient of the nonzero weights: a dense-dense product sampled at their positions.
import { madd, splat, sumFour, sumLanes } from './math'

/**
 * gradients[k] = Σ over positions and lanes of gradient[r][y][x][·]·input[offsets[k] + y·inY + x·inX][·], for the
 * nonzeros k of every row r. `partial` holds a vector of four lane sums per nonzero meanwhile. Strides and offsets in bytes.
 */
export function sampled(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, gradY: i32, gradX: i32, input: usize, inY: i32,
  inX: i32, rowStarts: usize, offsets: usize, rows: i32, height: i32, width: i32, bytes: i32,
): void {
  const nonzeros = load<i32>(rowStarts + (rows << 2))
  memory.fill(partial, 0, nonzeros << 4)
  for (let y = 0; y < height; y++) {
    for (let r = 0; r < rows; r++) {
      const start = load<i32>(rowStarts + (r << 2))
      const end = load<i32>(rowStarts + (r << 2), 4)
      sampledRow(
        partial + (start << 4), gradient + r * gradRow + y * gradY, gradX, input + y * inY, inX, offsets + (start << 2),
        end - start, width, bytes)
    }
  }
  for (let k = 0; k < nonzeros; k++) store<f32>(gradients + (k << 2), sumLanes(v128.load(partial + (k << 4))))
}

/** The same for a row of the output image, and all `columns` inputs of the kernel: gradients [rows][columns]. */
export function denseSampled(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, gradY: i32, gradX: i32, input: usize, inY: i32,
  inX: i32, rowInputs: usize, offsets: usize, columns: i32, rows: i32, height: i32, width: i32, bytes: i32,
): void {
  for (let r = 0; r < rows; r++) {
    memory.fill(partial, 0, columns << 4)
    const from = input + load<i32>(rowInputs + (r << 2))
    for (let y = 0; y < height; y++) {
      sampledRow(
        partial, gradient + r * gradRow + y * gradY, gradX, from + y * inY, inX, offsets, columns, width, bytes)
    }
    const to = gradients + ((r * columns) << 2)
    for (let k = 0; k < columns; k++) store<f32>(to + (k << 2), sumLanes(v128.load(partial + (k << 4))))
  }
}

/** partial[k] += the products of one row of positions, four nonzeros at a time, so that a gradient is loaded once for four. */
function sampledRow(
  partial: usize, gradient: usize, gradX: i32, input: usize, inX: i32, offsets: usize, count: i32, width: i32, bytes: i32,
): void {
  let k = 0
  for (; k + 3 < count; k += 4) {
    const at = partial + (k << 4)
    let a = v128.load(at)
    let b = v128.load(at, 16)
    let c = v128.load(at, 32)
    let d = v128.load(at, 48)
    let e = splat(0)
    let f = splat(0)
    let g = splat(0)
    let h = splat(0)
    let pa = input + load<i32>(offsets + (k << 2))
    let pb = input + load<i32>(offsets + (k << 2), 4)
    let pc = input + load<i32>(offsets + (k << 2), 8)
    let pd = input + load<i32>(offsets + (k << 2), 12)
    let gx = gradient
    for (let x = 0; x < width; x++) {
      for (let l = 0; l < bytes; l += 32) {
        const v = v128.load(gx + l)
        const w = v128.load(gx + l, 16)
        a = madd(v, v128.load(pa + l), a)
        b = madd(v, v128.load(pb + l), b)
        c = madd(v, v128.load(pc + l), c)
        d = madd(v, v128.load(pd + l), d)
        e = madd(w, v128.load(pa + l, 16), e)
        f = madd(w, v128.load(pb + l, 16), f)
        g = madd(w, v128.load(pc + l, 16), g)
        h = madd(w, v128.load(pd + l, 16), h)
      }
      pa += inX
      pb += inX
      pc += inX
      pd += inX
      gx += gradX
    }
    v128.store(at, f32x4.add(a, e))
    v128.store(at, f32x4.add(b, f), 16)
    v128.store(at, f32x4.add(c, g), 32)
    v128.store(at, f32x4.add(d, h), 48)
  }
  for (; k + 1 < count; k += 2) {
    const at = partial + (k << 4)
    let a = v128.load(at)
    let b = v128.load(at, 16)
    let c = splat(0)
    let d = splat(0)
    let e = splat(0)
    let f = splat(0)
    let g = splat(0)
    let h = splat(0)
    let pa = input + load<i32>(offsets + (k << 2))
    let pb = input + load<i32>(offsets + (k << 2), 4)
    let gx = gradient
    for (let x = 0; x < width; x++) {
      for (let l = 0; l < bytes; l += 64) {
        const s = v128.load(gx + l)
        const t = v128.load(gx + l, 16)
        const v = v128.load(gx + l, 32)
        const w = v128.load(gx + l, 48)
        a = madd(s, v128.load(pa + l), a)
        b = madd(s, v128.load(pb + l), b)
        c = madd(t, v128.load(pa + l, 16), c)
        d = madd(t, v128.load(pb + l, 16), d)
        e = madd(v, v128.load(pa + l, 32), e)
        f = madd(v, v128.load(pb + l, 32), f)
        g = madd(w, v128.load(pa + l, 48), g)
        h = madd(w, v128.load(pb + l, 48), h)
      }
      pa += inX
      pb += inX
      gx += gradX
    }
    v128.store(at, f32x4.add(f32x4.add(a, c), f32x4.add(e, g)))
    v128.store(at, f32x4.add(f32x4.add(b, d), f32x4.add(f, h)), 16)
  }
  if (k < count) {
    const at = partial + (k << 4)
    let a = v128.load(at)
    let b = splat(0)
    let c = splat(0)
    let d = splat(0)
    let pa = input + load<i32>(offsets + (k << 2))
    let gx = gradient
    for (let x = 0; x < width; x++) {
      for (let l = 0; l < bytes; l += 64) {
        a = madd(v128.load(gx + l), v128.load(pa + l), a)
        b = madd(v128.load(gx + l, 16), v128.load(pa + l, 16), b)
        c = madd(v128.load(gx + l, 32), v128.load(pa + l, 32), c)
        d = madd(v128.load(gx + l, 48), v128.load(pa + l, 48), d)
      }
      pa += inX
      gx += gradX
    }
    v128.store(at, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)))
  }
}

/** The case of one position, without the memory of partial sums. */
export function sampledLinear(
  gradients: usize, gradient: usize, gradRow: i32, input: usize, rowStarts: usize, offsets: usize, rows: i32, bytes: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const end = load<i32>(rowStarts + (r << 2), 4)
    const from = gradient + r * gradRow
    let k = load<i32>(rowStarts + (r << 2))
    // The last four of a row begin where they have to: some sums are made twice, which takes less than one alone.
    const last = end - 4
    const four = k <= last
    for (; four && k < end; k += 4) {
      k = min(k, last)
      let a = splat(0)
      let b = splat(0)
      let c = splat(0)
      let d = splat(0)
      let e = splat(0)
      let f = splat(0)
      let g = splat(0)
      let h = splat(0)
      const pa = input + load<i32>(offsets + (k << 2))
      const pb = input + load<i32>(offsets + (k << 2), 4)
      const pc = input + load<i32>(offsets + (k << 2), 8)
      const pd = input + load<i32>(offsets + (k << 2), 12)
      for (let l = 0; l < bytes; l += 32) {
        const v = v128.load(from + l)
        const w = v128.load(from + l, 16)
        a = madd(v, v128.load(pa + l), a)
        b = madd(v, v128.load(pb + l), b)
        c = madd(v, v128.load(pc + l), c)
        d = madd(v, v128.load(pd + l), d)
        e = madd(w, v128.load(pa + l, 16), e)
        f = madd(w, v128.load(pb + l, 16), f)
        g = madd(w, v128.load(pc + l, 16), g)
        h = madd(w, v128.load(pd + l, 16), h)
      }
      v128.store(gradients + (k << 2), sumFour(f32x4.add(a, e), f32x4.add(b, f), f32x4.add(c, g), f32x4.add(d, h)))
    }
    for (; k < end; k++) {
      let a = splat(0)
      let b = splat(0)
      const pa = input + load<i32>(offsets + (k << 2))
      for (let l = 0; l < bytes; l += 32) {
        a = madd(v128.load(from + l), v128.load(pa + l), a)
        b = madd(v128.load(from + l, 16), v128.load(pa + l, 16), b)
      }
      store<f32>(gradients + (k << 2), sumLanes(f32x4.add(a, b)))
    }
  }
}

/** sums[r] = Σ over an image row by row and its lanes. Gradients of biases. */
export function rowSums(sums: usize, input: usize, plane: i32, row: i32, rows: i32, height: i32, bytes: i32): void {
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

/** to[column][row] = Σ over threads of parts[t][row][column], for rows [from, until); parts `stride` bytes apart. */
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
