/** Small seeded generators for tests: uniform numbers and lists with gaps, NaN and infinities. */

/** Mulberry32: uniform on [0, 1). */
export function uniformFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A value that may be missing (null), NaN or infinite with the given probability each. */
export function messyValue(uniform: () => number, rate = 0.05): number | null {
  const kind = uniform()
  if (kind < rate) return null
  if (kind < 2 * rate) return NaN
  if (kind < 3 * rate) return uniform() < 0.5 ? Infinity : -Infinity
  return uniform()
}
