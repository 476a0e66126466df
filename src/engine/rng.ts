/**
 * Seeded, splittable random streams.
 *
 * A stream is named by a seed and a path of purposes and counters, for example
 * `Stream.root(7).split('data order', epoch)`. Equal names give equal numbers, whatever was drawn
 * elsewhere, so that changing one consumer never shifts another, and a resumed run needs no saved state
 * beyond its own step: every stream is derived again from the counters.
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator'

const TWO_POW_MINUS_53 = 2 ** -53

/** Mixes a text into four 32-bit words (xmur3 rounds, one per word), the state of a child generator. */
function hashToState(text: string): [number, number, number, number] {
  let h = 1779033703 ^ text.length
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3432918353)
    h = (h << 13) | (h >>> 19)
  }
  const next = (): number => {
    h = Math.imul(h ^ (h >>> 16), 2246822507)
    h = Math.imul(h ^ (h >>> 13), 3266489909)
    h ^= h >>> 16
    return h | 0
  }
  const state: [number, number, number, number] = [next(), next(), next(), next()]
  // All-zero is the one state that xoroshiro cannot leave.
  if ((state[0] | state[1] | state[2] | state[3]) === 0) state[0] = 1
  return state
}

/** One random stream. Every draw advances it; `split` does not. */
export class Stream {
  readonly path: string
  #generator: JumpableRandomGenerator
  #spare = Number.NaN
  #bound = 1
  #limit = 4294967296

  private constructor(path: string) {
    this.path = path
    this.#generator = xoroshiro128plusFromState(hashToState(path))
    for (let i = 0; i < 4; i++) this.#generator.next()
  }

  /** The root stream of a seed (an integer from 0 to 2^53 − 1). Throws on anything else. */
  static root(seed: number): Stream {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new Error(`seed: expected an integer from 0 to ${Number.MAX_SAFE_INTEGER}, got ${seed}`)
    }
    return new Stream(`seed:${seed}`)
  }

  /** An independent child stream, named by a purpose and counters. Does not advance this stream. */
  split(purpose: string, ...counters: number[]): Stream {
    return new Stream([this.path, purpose, ...counters].join('/'))
  }

  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.#generator.next() >>> 5
    const low = this.#generator.next() >>> 6
    return (high * 67108864 + low) * TWO_POW_MINUS_53
  }

  /** Uniform integer on {0, …, bound − 1}, without modulo bias. `bound` is from 1 to 2^31. */
  integer(bound: number): number {
    if (bound !== this.#bound) {
      this.#bound = bound
      this.#limit = 4294967296 - (4294967296 % bound)
    }
    for (;;) {
      const draw = this.#generator.next() >>> 0
      // The remainder of numbers above 2^31 is a call; the quotient is never rounded up to the next integer
      // here.
      if (draw < this.#limit) return draw - bound * Math.floor(draw / bound)
    }
  }

  /** Standard normal, by the polar method (Marsaglia and Bray 1964). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const value = this.#spare
      this.#spare = Number.NaN
      return value
    }
    for (;;) {
      const u = 2 * this.uniform() - 1
      const v = 2 * this.uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s)
        this.#spare = v * scale
        return u * scale
      }
    }
  }

  /** A uniformly random order of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const swap = order[i]
      order[i] = order[j]
      order[j] = swap
    }
    return order
  }

  /** `count` distinct integers of 0 … n − 1, uniformly, in ascending order (Floyd's algorithm when few). */
  sample(n: number, count: number): Int32Array {
    if (count < 0 || count > n) throw new Error(`sample: cannot take ${count} of ${n}`)
    if (count * 4 > n) return this.permutation(n).subarray(0, count).slice().sort()
    const taken = new Set<number>()
    for (let j = n - count; j < n; j++) {
      const t = this.integer(j + 1)
      taken.add(taken.has(t) ? j : t)
    }
    return Int32Array.from(taken).sort()
  }
}
