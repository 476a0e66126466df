/** Masks: random ones of an exact size, and the product of values and mask. */
import { intsOf } from '../linalg/room.ts'
import type { Stream } from '../rng.ts'

/**
 * A mask of `entries` with exactly `count` ones, uniformly without replacement (Floyd's algorithm, the mask
 * itself being the set of what was taken; the complement is drawn when it is smaller).
 */
export function randomMask(entries: number, count: number, stream: Stream): Uint8Array {
  const mask = new Uint8Array(entries)
  const inverted = count * 2 > entries
  const taken = inverted ? 0 : 1
  if (inverted) mask.fill(1)
  const draws = inverted ? entries - count : count
  for (let j = entries - draws; j < entries; j++) {
    const t = stream.integer(j + 1)
    mask[mask[t] === taken ? j : t] = taken
  }
  return mask
}

/** Always 0 between calls of randomEntries. */
let marked = new Uint8Array(0)

/** The entries that randomMask of the same stream turns on, ascending, without a look at all the others. */
export function randomEntries(entries: number, count: number, stream: Stream): Int32Array {
  if (count * 2 > entries) {
    const mask = randomMask(entries, count, stream)
    return Int32Array.from({ length: entries }, (_, k) => k).filter((k) => mask[k] === 1)
  }
  if (marked.length < entries) marked = new Uint8Array(entries)
  const mask = marked
  const taken = intsOf(count)
  for (let j = entries - count, i = 0; j < entries; j++) {
    const t = stream.integer(j + 1)
    taken[i] = mask[t] === 1 ? j : t
    mask[taken[i++]] = 1
  }
  for (let i = 0; i < count; i++) mask[taken[i]] = 0
  return taken.sort()
}

/** A mask of independent draws with probability `density`, as the public code of the EOI paper makes them. */
export function bernoulliMask(entries: number, density: number, stream: Stream): Uint8Array {
  const mask = new Uint8Array(entries)
  for (let k = 0; k < entries; k++) if (stream.uniform() < density) mask[k] = 1
  return mask
}

/** Opens `count` of the closed entries of a mask, uniformly, in place. */
export function unmask(mask: Uint8Array, count: number, stream: Stream): void {
  if (count <= 0) return
  let closed = 0
  for (let k = 0; k < mask.length; k++) closed += 1 - mask[k]
  const chosen = randomMask(closed, Math.min(count, closed), stream)
  for (let k = 0, at = 0; k < mask.length; k++) {
    if (mask[k] === 0) mask[k] = chosen[at++]
  }
}

/** Number of entries that a mask keeps. */
export function countOnes(mask: Uint8Array): number {
  let count = 0
  let k = 0
  if (mask.byteOffset % 4 === 0) {
    const words = new Int32Array(mask.buffer, mask.byteOffset, mask.length >>> 2)
    while (k < words.length) {
      // Four counts side by side, of a byte each: 255 words are as many as a byte holds.
      let sum = 0
      for (const end = Math.min(k + 255, words.length); k < end; k++) sum = (sum + words[k]) | 0
      count += (sum & 255) + ((sum >>> 8) & 255) + ((sum >>> 16) & 255) + (sum >>> 24)
    }
    k <<= 2
  }
  for (; k < mask.length; k++) count += mask[k]
  return count
}

/** values ← values ∘ mask, in place; what is masked becomes exactly +0. */
export function applyMask(values: Float64Array, mask: Uint8Array): Float64Array {
  for (let k = 0; k < values.length; k++) if (mask[k] === 0) values[k] = 0
  return values
}
