/**
 * One mask update: drop the smallest weights of a layer, grow as many elsewhere. SET and RigL differ in
 * `grow` alone.
 */
import { countOnes } from '../initialization/masks.ts'
import { largestAt } from '../linalg/largest.ts'

export type Weights = Float32Array | Float64Array

/** Chooses `count` of the entries that a mask has off; flat indices, ascending. */
export type Grow = (mask: Uint8Array, count: number) => Int32Array

/**
 * How ⟨fraction · active⟩ becomes a count: google-research/rigl rounds down, the EOI paper's public code up.
 */
export type DropRounding = 'down' | 'up'

export interface MaskUpdate {
  readonly mask: Uint8Array
  /** Flat indices, ascending. What is dropped may be grown again at once. */
  readonly dropped: Int32Array
  readonly grown: Int32Array
  /** Entries that were off before, or came back anew: their weight and momentum start at 0. */
  readonly activated: Int32Array
  /** Where weights stay dense: the mask of the weights that the backward pass reaches, if not all. */
  readonly backward?: Uint8Array
}

/** Indices of a mask's ones, ascending. */
export function indicesOf(mask: Uint8Array): Int32Array {
  const indices = new Int32Array(countOnes(mask))
  const words = wordsOf(mask)
  let to = 0
  for (let word = 0; word < words.length; word++) {
    if (words[word] === 0) continue
    for (let k = 4 * word; k < 4 * word + 4; k++) if (mask[k] === 1) indices[to++] = k
  }
  for (let k = 4 * words.length; k < mask.length; k++) if (mask[k] === 1) indices[to++] = k
  return indices
}

/** Indices of a mask's zeros of these ranks (ascending, from 0 for the first zero). */
export function zerosOf(mask: Uint8Array, ranks: Int32Array): Int32Array {
  const indices = new Int32Array(ranks.length)
  const words = wordsOf(mask)
  let zeros = 0
  let at = 0
  let k = 0
  while (at < ranks.length) {
    // Four zeros in a row are passed at once, where none of them is meant.
    if (k % 4 === 0 && words[k >>> 2] === 0 && ranks[at] >= zeros + 4) {
      zeros += 4
      k += 4
      continue
    }
    if (mask[k] === 0 && zeros++ === ranks[at]) indices[at++] = k
    k++
  }
  return indices
}

/** Four entries at a time, as far as they go; none where the mask is not aligned. */
const wordsOf = (mask: Uint8Array): Int32Array =>
  mask.byteOffset % 4 === 0
    ? new Int32Array(mask.buffer, mask.byteOffset, mask.length >>> 2)
    : new Int32Array(0)

/**
 * Drops the ⌊fraction · active⌋ smallest |w| of the active entries (ties: the lower index is kept), then lets
 * `grow` choose as many among all entries that were not kept.
 */
export function updateMask(
  weights: Weights,
  mask: Uint8Array,
  fraction: number,
  grow: Grow,
  rounding: DropRounding = 'down',
): MaskUpdate {
  const active = indicesOf(mask)
  const exact = Math.min(1, Math.max(0, fraction)) * active.length
  const count = rounding === 'down' ? Math.floor(exact) : Math.ceil(exact)
  const kept = largestAt(weights, active, active.length - count)
  const next = withOnes(mask.length, kept)
  const dropped = chosenOf(active, next, 0)
  const grown = grow(next, count)
  for (let i = 0; i < grown.length; i++) next[grown[i]] = 1
  return { mask: next, dropped, grown, activated: chosenOf(grown, mask, 0) }
}

/** 0, 1, … */
export function upTo(count: number): Int32Array {
  const indices = new Int32Array(count)
  for (let k = 0; k < count; k++) indices[k] = k
  return indices
}

/** A mask with these entries on. */
function withOnes(entries: number, on: Int32Array): Uint8Array {
  const mask = new Uint8Array(entries)
  for (let i = 0; i < on.length; i++) mask[on[i]] = 1
  return mask
}

/** Those of the indices at which a mask has the bit. */
function chosenOf(indices: Int32Array, mask: Uint8Array, bit: 0 | 1): Int32Array {
  let count = 0
  const chosen = new Int32Array(indices.length)
  for (let i = 0; i < indices.length; i++) if (mask[indices[i]] === bit) chosen[count++] = indices[i]
  return chosen.subarray(0, count)
}

/**
 * Carries an update into the layer's arrays, in place: weights and momenta of entries that were off before or
 * are off now become 0; what was dropped and grown again keeps both.
 */
export function applyUpdate(update: MaskUpdate, ...arrays: readonly Weights[]): void {
  for (const array of arrays) {
    for (let k = 0; k < array.length; k++) if (update.mask[k] === 0) array[k] = 0
    for (const k of update.activated) array[k] = 0
  }
}

/** The nearest whole number; a half, with its rounding noise, goes up. */
export const halfUp = (value: number): number => Math.floor(value + 0.5 + 1e-9)

/** How many of `entries` a density keeps. */
export const keptOf = (entries: number, density: number): number =>
  Math.min(entries, Math.max(0, halfUp(density * entries)))

/** ⌊fraction · count⌋, a whole number with its rounding noise being itself. */
export const floorOf = (fraction: number, count: number): number => Math.floor(fraction * count + 1e-9)

/**
 * The update that leads from one mask to another. `stays`: the entries that keep weight and momentum where
 * they are on; default those that were on before.
 */
export function updateTo(before: Uint8Array, mask: Uint8Array, stays: Uint8Array = before): MaskUpdate {
  const grown = onlyIn(mask, before)
  return {
    mask,
    dropped: onlyIn(before, mask),
    grown,
    activated: stays === before ? grown : onlyIn(mask, stays),
  }
}

/** Entries that are on in one mask and off in another, ascending. */
function onlyIn(mask: Uint8Array, other: Uint8Array): Int32Array {
  const found: number[] = []
  const [words, others] = [wordsOf(mask), wordsOf(other)]
  const compared = Math.min(words.length, others.length)
  for (let word = 0; word < compared; word++) {
    if ((words[word] & ~others[word]) === 0) continue
    for (let k = 4 * word; k < 4 * word + 4; k++) if ((mask[k] & ~other[k]) === 1) found.push(k)
  }
  for (let k = 4 * compared; k < mask.length; k++) if ((mask[k] & ~other[k]) === 1) found.push(k)
  return new Int32Array(found)
}

/** The `count` largest |w| among the entries of `allowed` (default all); ties go to the lower index. */
export function largestWeights(weights: Weights, count: number, allowed?: Uint8Array): Uint8Array {
  const at = allowed ? indicesOf(allowed) : upTo(weights.length)
  return withOnes(weights.length, largestAt(weights, at, count))
}
