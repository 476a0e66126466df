// From images, an example a lane, to a matrix of each of eight examples, and back: blocks of four by four are
// transposed.

/** to[k·toStep][·] = from[·][k] of four rows of four. */
// @ts-expect-error: decorator
@inline
function transpose(to: usize, toStep: i32, from: usize, fromStep: i32, accumulate: bool): void {
  const a = v128.load(from)
  const b = v128.load(from + fromStep)
  const c = v128.load(from + 2 * fromStep)
  const d = v128.load(from + 3 * fromStep)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  let r0 = v128.shuffle<f32>(ab, cd, 0, 1, 4, 5)
  let r1 = v128.shuffle<f32>(ab, cd, 2, 3, 6, 7)
  let r2 = v128.shuffle<f32>(ef, gh, 0, 1, 4, 5)
  let r3 = v128.shuffle<f32>(ef, gh, 2, 3, 6, 7)
  if (accumulate) {
    r0 = f32x4.add(v128.load(to), r0)
    r1 = f32x4.add(v128.load(to + toStep), r1)
    r2 = f32x4.add(v128.load(to + 2 * toStep), r2)
    r3 = f32x4.add(v128.load(to + 3 * toStep), r3)
  }
  v128.store(to, r0)
  v128.store(to + toStep, r1)
  v128.store(to + 2 * toStep, r2)
  v128.store(to + 3 * toStep, r3)
}

/**
 * to[example][channel][place]: matrices `matrix` bytes apart, of rows of `row` bytes, zeros behind the last
 * place. From eight lanes of an image whose channels are `plane`, places `place` bytes apart.
 */
export function toChannels(
  to: usize, matrix: i32, row: i32, from: usize, plane: i32, place: i32, channels: i32, places: i32,
): void {
  for (let c = 0; c < channels; c++) {
    let t = 0
    for (; t + 3 < places; t += 4) {
      const o = to + c * row + (t << 2)
      const p = from + c * plane + t * place
      transpose(o, matrix, p, place, false)
      transpose(o + 4 * matrix, matrix, p + 16, place, false)
    }
    for (let e = 0; e < 8; e++) {
      const o = to + e * matrix + c * row
      for (let l = t << 2; l < row; l += 16) v128.store(o + l, f32x4.splat(0))
    }
    for (; t < places; t++) {
      for (let e = 0; e < 8; e++) {
        store<f32>(to + e * matrix + c * row + (t << 2), load<f32>(from + c * plane + t * place + (e << 2)))
      }
    }
  }
}

/** Back from such matrices; `accumulate`: added to what is there. */
export function fromChannels(
  to: usize, plane: i32, place: i32, from: usize, matrix: i32, row: i32, channels: i32, places: i32,
  accumulate: bool,
): void {
  for (let c = 0; c < channels; c++) {
    let t = 0
    for (; t + 3 < places; t += 4) {
      const o = to + c * plane + t * place
      const p = from + c * row + (t << 2)
      if (accumulate) {
        transpose(o, place, p, matrix, true)
        transpose(o + 16, place, p + 4 * matrix, matrix, true)
      } else {
        transpose(o, place, p, matrix, false)
        transpose(o + 16, place, p + 4 * matrix, matrix, false)
      }
    }
    for (; t < places; t++) {
      for (let e = 0; e < 8; e++) {
        const o = to + c * plane + t * place + (e << 2)
        const value = load<f32>(from + e * matrix + c * row + (t << 2))
        store<f32>(o, accumulate ? load<f32>(o) + value : value)
      }
    }
  }
}

/** to[example][place][channel]; as toChannels, but nothing is written behind the last channel. */
export function toTokens(
  to: usize, matrix: i32, row: i32, from: usize, plane: i32, place: i32, channels: i32, places: i32,
): void {
  let c = 0
  for (; c + 3 < channels; c += 4) {
    for (let t = 0; t < places; t++) {
      const o = to + t * row + (c << 2)
      const p = from + c * plane + t * place
      transpose(o, matrix, p, plane, false)
      transpose(o + 4 * matrix, matrix, p + 16, plane, false)
    }
  }
  for (; c < channels; c++) {
    for (let t = 0; t < places; t++) {
      for (let e = 0; e < 8; e++) {
        store<f32>(to + e * matrix + t * row + (c << 2), load<f32>(from + c * plane + t * place + (e << 2)))
      }
    }
  }
}

/** Back from such matrices, added to what is there. */
export function fromTokens(
  to: usize, plane: i32, place: i32, from: usize, matrix: i32, row: i32, channels: i32, places: i32,
): void {
  let c = 0
  for (; c + 3 < channels; c += 4) {
    for (let t = 0; t < places; t++) {
      const o = to + c * plane + t * place
      const p = from + t * row + (c << 2)
      transpose(o, plane, p, matrix, true)
      transpose(o + 16, plane, p + 4 * matrix, matrix, true)
    }
  }
  for (; c < channels; c++) {
    for (let t = 0; t < places; t++) {
      for (let e = 0; e < 8; e++) {
        const o = to + c * plane + t * place + (e << 2)
        store<f32>(o, load<f32>(o) + load<f32>(from + e * matrix + t * row + (c << 2)))
      }
    }
  }
}
