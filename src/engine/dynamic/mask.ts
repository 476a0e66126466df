/**
 * One mask update: drop the smallest weights of a layer, grow as many elsewhere. SET and RigL differ in
 * `grow` alone.
 */
import { countOnes } from '../initialization/masks.ts'
import { largestRanks } from '../linalg/largest.ts'

export type Weights = Float32Array | Float64Array

/** What a mask keeps of a layer: flat indices, ascending, and the weights there. */
export interface Nonzeros {
  readonly on: Int32Array
  readonly values: Weights
}

/** A layer as an update sees it. */
export interface MaskedWeights {
  /** All of them; they may be made at the first look, so that who can do with `nonzeros` spares them. */
  readonly weights: Weights
  readonly mask: Uint8Array
  readonly nonzeros?: Nonzeros
}

/**
 * Chooses `count` of the entries that a mask has off; flat indices, ascending. `on`: those that it has on,
 * ascending.
 */
export type Grow = (mask: Uint8Array, count: number, on: Int32Array) => Int32Array

/**
 * How ⟨fraction · active⟩ becomes a count: google-research/rigl rounds down, the EOI paper's public code up.
 */
export type DropRounding = 'down' | 'up'

export interface MaskUpdate {
  readonly mask: Uint8Array
  /** Indices of the mask's ones, ascending, where the method has them at hand. */
  readonly on?: Int32Array
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

/** What a layer keeps: as it is given, or looked for in its mask. */
export function nonzerosOf(layer: MaskedWeights): Nonzeros {
  if (layer.nonzeros) return layer.nonzeros
  const { weights, mask } = layer
  const on = indicesOf(mask)
  const values = weights instanceof Float32Array ? new Float32Array(on.length) : new Float64Array(on.length)
  for (let k = 0; k < values.length; k++) values[k] = weights[on[k]]
  return { on, values }
}

/** Indices of a mask's zeros of these ranks (ascending, from 0 for the first zero); `on`: its ones. */
export function zerosOf(on: Int32Array, ranks: Int32Array): Int32Array {
  const indices = new Int32Array(ranks.length)
  for (let k = 0, ones = 0; k < ranks.length; k++) {
    while (ones < on.length && on[ones] <= ranks[k] + ones) ones++
    indices[k] = ranks[k] + ones
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
  layer: MaskedWeights,
  fraction: number,
  grow: Grow,
  rounding: DropRounding = 'down',
): MaskUpdate {
  const { mask } = layer
  const active = nonzerosOf(layer)
  const exact = Math.min(1, Math.max(0, fraction)) * active.on.length
  const count = rounding === 'down' ? Math.floor(exact) : Math.ceil(exact)
  const kept = largestOf(active, active.on.length - count)
  const next = withOnes(mask.length, kept)
  const dropped = offIn(active.on, next)
  const grown = grow(next, count, kept)
  for (let i = 0; i < grown.length; i++) next[grown[i]] = 1
  return { mask: next, on: joined(kept, grown), dropped, grown, activated: offIn(grown, mask) }
}

/** Indices of the `count` largest |w| of what is kept, ascending; ties go to the lower index. */
export function largestOf({ on, values }: Nonzeros, count: number): Int32Array {
  if (count >= on.length) return on
  const chosen = largestRanks(values, count)
  for (let k = 0; k < chosen.length; k++) chosen[k] = on[chosen[k]]
  return chosen
}

/** What is kept at these ranks of the list. */
export function selectedOf({ on, values }: Nonzeros, ranks: Int32Array): Nonzeros {
  const left =
    values instanceof Float32Array ? new Float32Array(ranks.length) : new Float64Array(ranks.length)
  const at = new Int32Array(ranks.length)
  for (let k = 0; k < ranks.length; k++) {
    at[k] = on[ranks[k]]
    left[k] = values[ranks[k]]
  }
  return { on: at, values: left }
}

/**
 * The update to a mask with the entries `on`, of which `back` were chosen anew: those that `stays` has keep
 * weight and momentum, the others begin at 0.
 */
export function exchanged(
  before: Pick<Nonzeros, 'on'> & { readonly mask: Uint8Array },
  now: Pick<Nonzeros, 'on'> & { readonly mask: Uint8Array },
  back: Int32Array,
  stays: Uint8Array,
): MaskUpdate {
  return {
    ...now,
    dropped: offIn(before.on, now.mask),
    grown: offIn(back, before.mask),
    activated: offIn(back, stays),
  }
}

/** Two ascending lists without a common entry, as one. */
export function joined(one: Int32Array, other: Int32Array): Int32Array {
  const all = new Int32Array(one.length + other.length)
  for (let i = 0, j = 0, k = 0; k < all.length; k++) {
    all[k] = j === other.length || (i < one.length && one[i] < other[j]) ? one[i++] : other[j++]
  }
  return all
}

/** The update that keeps nothing but some of the entries that are on; `kept` ascending. */
export function pruneToEntries(entries: number, on: Int32Array, kept: Int32Array): MaskUpdate {
  const mask = withOnes(entries, kept)
  return {
    mask,
    on: kept,
    // Many, and seldom asked for.
    get dropped() {
      return offIn(on, mask)
    },
    grown: NONE,
    activated: NONE,
  }
}

const NONE = new Int32Array(0)

/** 0, 1, … */
export function upTo(count: number): Int32Array {
  const indices = new Int32Array(count)
  for (let k = 0; k < count; k++) indices[k] = k
  return indices
}

/** A mask with these entries on. */
export function withOnes(entries: number, on: Int32Array): Uint8Array {
  const mask = new Uint8Array(entries)
  for (let i = 0; i < on.length; i++) mask[on[i]] = 1
  return mask
}

/** Those of the indices that a mask has off. */
function offIn(indices: Int32Array, mask: Uint8Array): Int32Array {
  let count = 0
  const chosen = new Int32Array(indices.length)
  for (let i = 0; i < indices.length; i++) {
    chosen[count] = indices[i]
    count += 1 - mask[indices[i]]
  }
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

/** The update that leads from one mask to another; what was on before keeps weight and momentum. */
export function updateTo(before: Uint8Array, mask: Uint8Array): MaskUpdate {
  const grown = onlyIn(mask, before)
  return { mask, dropped: onlyIn(before, mask), grown, activated: grown }
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

/** A mask of the `count` largest |w| of all entries; ties go to the lower index. */
export function largestWeights(weights: Weights, count: number): Uint8Array {
  return withOnes(weights.length, largestRanks(weights, count))
}
