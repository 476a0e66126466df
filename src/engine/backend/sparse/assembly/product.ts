// The sparse product: every output unit is a sum over its nonzero weights of shifted inputs.
import { activateRow } from './activations'
import { madd, splat } from './math'

/** Places of a row that all outputs take in turn: what they read then stays in the nearest cache. */
const TILE = 4

/**
 * out[rowOut[r] + y·outY + x·outX][·] = first + Σ_k values[k]·input[offsets[k] + y·inY + x·inX][·], over the nonzeros k of row
 * r; first is what is there with `accumulate`, else bias[r]. Strides and offsets in bytes; a position holds `bytes` bytes of
 * lanes, a multiple of 64. A linear layer is the case height = width = 1. `bias` 0 means none. What comes
 * out goes through the activation `kind` while it is near (0: none). Rows of an image come first, so that those a kernel reaches
 * stay in the cache; each of the four loops has nothing to decide inside.
 */
export function product(
  out: usize, rowOut: usize, outY: i32, outX: i32, input: usize, inY: i32, inX: i32, rowStarts: usize, offsets: usize,
  values: usize, bias: usize, rows: i32, height: i32, width: i32, bytes: i32, accumulate: i32,
  kind: i32,
): void {
  for (let y = 0; y < height; y++) {
    for (let chunk = 0; chunk < bytes;) {
      const wide = bytes - chunk >= 128
      for (let x = 0; x < width; x += TILE) {
        const places = min(TILE, width - x)
        const base = out + y * outY + x * outX + chunk
        const from = input + y * inY + x * inX + chunk
        for (let r = 0; r < rows; r++) {
          const start = load<i32>(rowStarts + (r << 2))
          const end = load<i32>(rowStarts + (r << 2), 4)
          const at = offsets + (start << 2)
          const until = offsets + (end << 2)
          const weights = values + (start << 2)
          const to = base + load<i32>(rowOut + (r << 2))
          if (accumulate) {
            if (wide) addEight(to, outX, from, inX, places, at, until, weights)
            else addFour(to, outX, from, inX, places, at, until, weights)
          } else {
            const first = bias ? v128.load_splat<f32>(bias + (r << 2)) : splat(0)
            if (wide) eight(to, outX, from, inX, places, at, until, weights, first)
            else four(to, outX, from, inX, places, at, until, weights, first)
          }
          if (kind) for (let i = 0; i < places; i++) activateRow(kind, to + i * outX, to + i * outX, wide ? 128 : 64)
        }
      }
      chunk += wide ? 128 : 64
    }
  }
}

/** A row of places, 32 lanes each: eight sums at once hide the delay of an addition. */
function eight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, first: v128,
): void {
  for (let x = 0; x < width; x++) {
    let a = first
    let b = first
    let c = first
    let d = first
    let e = first
    let f = first
    let g = first
    let h = first
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      a = madd(w, v128.load(p), a)
      b = madd(w, v128.load(p, 16), b)
      c = madd(w, v128.load(p, 32), c)
      d = madd(w, v128.load(p, 48), d)
      e = madd(w, v128.load(p, 64), e)
      f = madd(w, v128.load(p, 80), f)
      g = madd(w, v128.load(p, 96), g)
      h = madd(w, v128.load(p, 112), h)
    }
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    v128.store(to, e, 64)
    v128.store(to, f, 80)
    v128.store(to, g, 96)
    v128.store(to, h, 112)
    to += outX
    from += inX
  }
}

function addEight(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  for (let x = 0; x < width; x++) {
    let a = v128.load(to)
    let b = v128.load(to, 16)
    let c = v128.load(to, 32)
    let d = v128.load(to, 48)
    let e = v128.load(to, 64)
    let f = v128.load(to, 80)
    let g = v128.load(to, 96)
    let h = v128.load(to, 112)
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      a = madd(w, v128.load(p), a)
      b = madd(w, v128.load(p, 16), b)
      c = madd(w, v128.load(p, 32), c)
      d = madd(w, v128.load(p, 48), d)
      e = madd(w, v128.load(p, 64), e)
      f = madd(w, v128.load(p, 80), f)
      g = madd(w, v128.load(p, 96), g)
      h = madd(w, v128.load(p, 112), h)
    }
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    v128.store(to, e, 64)
    v128.store(to, f, 80)
    v128.store(to, g, 96)
    v128.store(to, h, 112)
    to += outX
    from += inX
  }
}

/** The same for the last 16 lanes of a place. */
function four(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize, first: v128,
): void {
  for (let x = 0; x < width; x++) {
    let a = first
    let b = first
    let c = first
    let d = first
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      a = madd(w, v128.load(p), a)
      b = madd(w, v128.load(p, 16), b)
      c = madd(w, v128.load(p, 32), c)
      d = madd(w, v128.load(p, 48), d)
    }
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    to += outX
    from += inX
  }
}

function addFour(
  to: usize, outX: i32, from: usize, inX: i32, width: i32, offsets: usize, end: usize, values: usize,
): void {
  for (let x = 0; x < width; x++) {
    let a = v128.load(to)
    let b = v128.load(to, 16)
    let c = v128.load(to, 32)
    let d = v128.load(to, 48)
    let weights = values
    for (let at = offsets; at < end; at += 4) {
      const w = v128.load_splat<f32>(weights)
      weights += 4
      const p = from + load<i32>(at)
      a = madd(w, v128.load(p), a)
      b = madd(w, v128.load(p, 16), b)
      c = madd(w, v128.load(p, 32), c)
      d = madd(w, v128.load(p, 48), d)
    }
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    to += outX
    from += inX
  }
}

/** to[k] = values[order[k]]: the weights in the order of the transposed structure. */
export function gather(to: usize, values: usize, order: usize, count: i32): void {
  const end = order + (count << 2)
  for (; order < end; order += 4) {
    store<f32>(to, load<f32>(values + (load<i32>(order) << 2)))
    to += 4
  }
}
