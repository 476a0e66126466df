// The gradient of the nonzero weights of one long place.
import { madd, sumLanes, sumPair, sumPairs } from './math'
import { fourSums, oneSum } from './sampled-sums'

/**
 * gradients[k] = Σ over lanes of gradient[r][·]·input[offsets[k]][·], `block` bytes at a time: what each
 * block adds is summed at once, since the vectors of all nonzeros would take more of the cache than what they
 * are made of.
 */
export function sampledBlocks(
  gradients: usize, partial: usize, gradient: usize, gradRow: i32, input: usize, rowStarts: usize,
  offsets: usize, rows: i32, bytes: i32, block: i32,
): void {
  memory.fill(gradients, 0, load<i32>(rowStarts + (rows << 2)) << 2)
  for (let from = 0; from < bytes; from += block) {
    const part = min(block, bytes - from)
    for (let r = 0; r < rows; r++) {
      const start = load<i32>(rowStarts + (r << 2))
      const count = load<i32>(rowStarts + (r << 2), 4) - start
      const to = gradients + (start << 2)
      const g = gradient + r * gradRow + from
      addRow(to, partial, g, input + from, offsets + (start << 2), count, part & ~63)
      if (part & 32) addLastRow(
        to, g + (part & ~63), input + from + (part & ~63), offsets + (start << 2), count)
    }
  }
}

/** sums[k] += Σ over lanes of gradient·input at offsets[k]; `bytes` a multiple of 64. */
function addRow(
  sums: usize, partial: usize, gradient: usize, input: usize, offsets: usize, count: i32, bytes: i32,
): void {
  let k = 0
  for (; k + 3 < count; k += 4) {
    fourSums(partial, gradient, 0, input, 0, offsets + (k << 2), 1, bytes, true)
    v128.store(sums + (k << 2), f32x4.add(v128.load(sums + (k << 2)), sumPairs(partial)))
  }
  for (; k < count; k++) {
    oneSum(partial, gradient, 0, input + load<i32>(offsets + (k << 2)), 0, 1, bytes, true)
    store<f32>(sums + (k << 2), load<f32>(sums + (k << 2)) + sumPair(partial))
  }
}

/** The same of eight lanes. */
function addLastRow(sums: usize, gradient: usize, input: usize, offsets: usize, count: i32): void {
  const g = v128.load(gradient)
  const h = v128.load(gradient, 16)
  for (let k = 0; k < count; k++) {
    const p = input + load<i32>(offsets + (k << 2))
    const sum = sumLanes(madd(g, v128.load(p), f32x4.mul(h, v128.load(p, 16))))
    store<f32>(sums + (k << 2), load<f32>(sums + (k << 2)) + sum)
  }
}
