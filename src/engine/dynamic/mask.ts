/**
 * One mask update: drop the smallest weights of a layer, grow as many elsewhere. SET and RigL differ in
 * `grow` alone.
 */
import { largest } from '../linalg/largest.ts'

export type Weights = Float32Array | Float64Array

/** Chooses `count` of the candidates (flat indices, ascending). */
export type Grow = (candidates: Int32Array, count: number) => Int32Array

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

/** The `count` of the candidates with the largest |score|; ties go to the lower index. Ascending. */
export function growLargest(scores: Weights, candidates: Int32Array, count: number): Int32Array {
  const sizes = new Float64Array(candidates.length)
  for (let k = 0; k < candidates.length; k++) {
    const size = Math.abs(scores[candidates[k]])
    // A gradient that is no number has no claim to grow.
    sizes[k] = Number.isNaN(size) ? -1 : size
  }
  const chosen = largest(sizes, count)
  return candidates.filter((_, k) => chosen[k] === 1)
}

/** Indices of a mask's ones or zeros, ascending. */
export function indicesOf(mask: Uint8Array, bit: 0 | 1): Int32Array {
  let count = 0
  for (let k = 0; k < mask.length; k++) if (mask[k] === bit) count++
  const indices = new Int32Array(count)
  for (let k = 0, at = 0; k < mask.length; k++) if (mask[k] === bit) indices[at++] = k
  return indices
}

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
  const active = indicesOf(mask, 1)
  const exact = Math.min(1, Math.max(0, fraction)) * active.length
  const count = rounding === 'down' ? Math.floor(exact) : Math.ceil(exact)
  const kept = growLargest(weights, active, active.length - count)
  const next = new Uint8Array(mask.length)
  for (const k of kept) next[k] = 1
  const dropped = active.filter((k) => next[k] === 0)
  const grown = grow(indicesOf(next, 0), count)
  for (const k of grown) next[k] = 1
  return { mask: next, dropped, grown, activated: grown.filter((k) => mask[k] === 0) }
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
  let count = 0
  for (let k = 0; k < mask.length; k++) count += mask[k] & ~other[k]
  const indices = new Int32Array(count)
  if (count === 0) return indices
  for (let k = 0, at = 0; k < mask.length; k++) if ((mask[k] & ~other[k]) === 1) indices[at++] = k
  return indices
}

/** The `count` largest |w| among the entries of `allowed` (default all); ties go to the lower index. */
export function largestWeights(weights: Weights, count: number, allowed?: Uint8Array): Uint8Array {
  const sizes = new Float64Array(weights.length)
  for (let k = 0; k < sizes.length; k++) {
    sizes[k] = allowed && allowed[k] === 0 ? -1 : Math.abs(weights[k])
  }
  return largest(sizes, count)
}
