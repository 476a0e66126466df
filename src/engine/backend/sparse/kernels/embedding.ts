// A table of learned vectors, read by tokens: of each place and lane another row.
import { rowAt } from './image'

/**
 * to[f][place][lane] = table[token][f], `tokens` an image of `time` channels of one place that holds whole
 * numbers. Lanes are taken four at a time, so that what is stored lies side by side.
 */
export function embed(to: usize, tokens: usize, table: usize, features: i32, time: i32, bytes: i32): void {
  const wide = features << 2
  for (let place = 0; place < time; place++) {
    for (let l = 0; l < bytes; l += 16) {
      const t = rowAt(tokens, place, 0) + l
      const a = table + <i32>load<f32>(t) * wide
      const b = table + <i32>load<f32>(t, 4) * wide
      const c = table + <i32>load<f32>(t, 8) * wide
      const d = table + <i32>load<f32>(t, 12) * wide
      const at = place * bytes + l
      for (let f = 0; f < features; f++) {
        const o = rowAt(to, f, 0) + at
        const k = f << 2
        store<f32>(o, load<f32>(a + k))
        store<f32>(o, load<f32>(b + k), 4)
        store<f32>(o, load<f32>(c + k), 8)
        store<f32>(o, load<f32>(d + k), 12)
      }
    }
  }
}

/**
 * sums[token][f] = (or +=, where `accumulate`) Σ of gradient[f][place][lane] over the places and lanes of a
 * token.
 */
export function embedGradient(
  sums: usize, gradient: usize, tokens: usize, vocabulary: i32, features: i32, time: i32, bytes: i32,
  accumulate: i32,
): void {
  const wide = features << 2
  if (!accumulate) memory.fill(sums, 0, vocabulary * wide)
  for (let place = 0; place < time; place++) {
    for (let l = 0; l < bytes; l += 4) {
      const row = sums + <i32>load<f32>(rowAt(tokens, place, 0) + l) * wide
      const at = place * bytes + l
      for (let f = 0; f < features; f++) {
        const o = row + (f << 2)
        store<f32>(o, load<f32>(o) + load<f32>(rowAt(gradient, f, 0) + at))
      }
    }
  }
}
