// Products of kernels of one tap, whose places follow each other in every channel: a run of places of many
// channels is copied first, 64 lanes after 64 lanes, so that what the rows read lies side by side. In the
// image channels lie pages apart, and neither the tables of pages nor what fetches ahead keep up with rows
// that jump from one to the next.
import { activateRow } from './activations'
import { sumEight, sumFour, sumSixteen, sumTwo } from './sums'

/**
 * Bytes that a row is summed at a time; channels of a block, and bytes of its copies, for the second cache:
 * see instructions/scratch.ts.
 */
const STEP = 256
const CHANNELS = 768
const COPIES = 196608

/** Of `channels`, blocks of CHANNELS. */
// @ts-expect-error: decorator
@inline
function blocksOf(channels: i32): i32 {
  return (channels + CHANNELS - 1) / CHANNELS
}

/** Bytes of each channel that are copied at a time: as many steps as there is room for. */
// @ts-expect-error: decorator
@inline
function runOf(channels: i32): i32 {
  return COPIES / min(channels, CHANNELS) / STEP * STEP
}

/**
 * Where each nonzero finds its channel in the copies, to `near`; and of each row, to `bounds`, the first
 * nonzero of each block of channels, and the end. Offsets are multiples of `plane` and ascend within a row.
 */
function locate(
  near: usize, bounds: usize, rowStarts: usize, offsets: usize, plane: i32, rows: i32, blocks: i32,
): void {
  // Exact: no offset has more bits than a double, and its quotient is whole.
  const inverse: f64 = 1 / <f64>plane
  for (let r = 0; r < rows; r++) {
    let k = load<i32>(rowStarts + (r << 2))
    const end = load<i32>(rowStarts + (r << 2), 4)
    let block = 0
    store<i32>(bounds, k)
    for (; k < end; k++) {
      const channel = <i32>(<f64>load<i32>(offsets + (k << 2)) * inverse + 0.5)
      while (channel >= (block + 1) * CHANNELS) {
        block++
        store<i32>(bounds + (block << 2), k)
      }
      store<i32>(near + (k << 2), (channel - block * CHANNELS) * STEP)
    }
    while (block < blocks) {
      block++
      store<i32>(bounds + (block << 2), end)
    }
    bounds += (blocks + 1) << 2
  }
}

/**
 * Copies `bytes` bytes of each channel, a multiple of 32, to steps one after the other of all channels each.
 */
function pack(to: usize, from: usize, plane: i32, channels: i32, bytes: i32): void {
  const next = channels * STEP
  for (let c = 0; c < channels; c++) {
    let t = to
    for (let l = 0; l < bytes; l += STEP, t += next) {
      const part = min(STEP, bytes - l)
      for (let i = 0; i < part; i += 32) {
        const a = v128.load(from + l + i)
        const b = v128.load(from + l + i, 16)
        v128.store(t + i, a)
        v128.store(t + i, b, 16)
      }
    }
    to += STEP
    from += plane
  }
}

// The loops over rows of each width, fresh and added to what is there: apart, so that each keeps its sums in
// registers.

function setWide(
  out: usize, rowOut: usize, near: usize, offsets: usize, values: usize, bias: usize, rows: i32,
  bounds: usize, step: i32,
): void {
  for (let r = 0; r < rows; r++, bounds += step) {
    const start = load<i32>(bounds) << 2
    const end = load<i32>(bounds, 4) << 2
    const first: f32 = bias ? load<f32>(bias + (r << 2)) : 0
    sumSixteen(
      out + load<i32>(rowOut + (r << 2)), 0, near, 0, 1, offsets + start, offsets + end, values + start,
      first, false, false, 0, false)
  }
}

function addWide(
  out: usize, rowOut: usize, near: usize, offsets: usize, values: usize, rows: i32, bounds: usize, step: i32,
): void {
  for (let r = 0; r < rows; r++, bounds += step) {
    const start = load<i32>(bounds) << 2
    const end = load<i32>(bounds, 4) << 2
    if (start === end) continue
    sumSixteen(
      out + load<i32>(rowOut + (r << 2)), 0, near, 0, 1, offsets + start, offsets + end, values + start, 0,
      true, false, 0, false)
  }
}

/** Fewer lanes than 64, in pieces of 32, 16 and 8. */
// @ts-expect-error: decorator
@inline
function narrow(
  out: usize, rowOut: usize, near: usize, offsets: usize, values: usize, bias: usize, rows: i32,
  bounds: usize, step: i32, bytes: i32, accumulate: bool,
): void {
  for (let r = 0; r < rows; r++, bounds += step) {
    const start = load<i32>(bounds) << 2
    const end = load<i32>(bounds, 4) << 2
    const first: f32 = bias ? load<f32>(bias + (r << 2)) : 0
    let to = out + load<i32>(rowOut + (r << 2))
    let from = near
    if (bytes & 128) {
      sumEight(to, 0, from, 0, 1, offsets + start, offsets + end, values + start, first, accumulate, false)
      to += 128
      from += 128
    }
    if (bytes & 64) {
      sumFour(to, 0, from, 0, 1, offsets + start, offsets + end, values + start, first, accumulate, false)
      to += 64
      from += 64
    }
    if (bytes & 32)
      sumTwo(to, 0, from, 0, 1, offsets + start, offsets + end, values + start, first, accumulate, false)
  }
}

function setNarrow(
  out: usize, rowOut: usize, near: usize, offsets: usize, values: usize, bias: usize, rows: i32,
  bounds: usize, step: i32, bytes: i32,
): void {
  narrow(out, rowOut, near, offsets, values, bias, rows, bounds, step, bytes, false)
}

function addNarrow(
  out: usize, rowOut: usize, near: usize, offsets: usize, values: usize, rows: i32, bounds: usize, step: i32,
  bytes: i32,
): void {
  narrow(out, rowOut, near, offsets, values, 0, rows, bounds, step, bytes, true)
}

/**
 * out[rowOut[r]][·] = f(first + Σ_k values[k]·input[offsets[k]][·]) over `bytes` bytes, a multiple of 32, for
 * the nonzeros k of row r: first is what is there with `accumulate`, else bias[r] (`bias` 0: none), f the
 * activation `kind` (0: none). Offsets are channels times `plane`, ascending in a row. `scratch` holds what
 * instructions/scratch.ts says.
 */
export function packedProduct(
  out: usize, rowOut: usize, input: usize, plane: i32, channels: i32, rowStarts: usize, offsets: usize,
  values: usize, bias: usize, rows: i32, bytes: i32, accumulate: i32, kind: i32, scratch: usize,
): void {
  const blocks = blocksOf(channels)
  const run = runOf(channels)
  const bounds = scratch + COPIES
  const near = bounds + ((rows * (blocks + 1)) << 2)
  const step = (blocks + 1) << 2
  locate(near, bounds, rowStarts, offsets, plane, rows, blocks)
  for (let begin = 0; begin < bytes; begin += run) {
    const length = min(run, bytes - begin)
    for (let block = 0; block < blocks; block++) {
      const first = block * CHANNELS
      const some = min(CHANNELS, channels - first)
      pack(scratch, input + first * plane + begin, plane, some, length)
      const fresh = block === 0 && !accumulate
      const at = bounds + (block << 2)
      let copies = scratch
      for (let l = 0; l < length; l += STEP, copies += some * STEP) {
        const to = out + begin + l
        const part = min(STEP, length - l)
        if (part < STEP) {
          if (fresh) setNarrow(to, rowOut, copies, near, values, bias, rows, at, step, part)
          else addNarrow(to, rowOut, copies, near, values, rows, at, step, part)
        } else if (fresh) setWide(to, rowOut, copies, near, values, bias, rows, at, step)
        else addWide(to, rowOut, copies, near, values, rows, at, step)
        if (kind && block === blocks - 1) {
          for (let r = 0; r < rows; r++) {
            const o = to + load<i32>(rowOut + (r << 2))
            activateRow(kind, o, o, part)
          }
        }
      }
    }
  }
}
