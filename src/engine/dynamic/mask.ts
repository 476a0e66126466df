/**
 * One mask update: drop the smallest weights of a layer, grow as many elsewhere. SET and RigL differ in
 * `grow` alone.
 */
import { countOnes } from '../initialization/masks.ts'
import { largestRanks } from '../linalg/largest.ts'
import { floatsOf, intsOf, kernelsFor } from '../linalg/room.ts'

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
  /** An array as long as the mask that the new mask may be written to; nobody reads what is in it. */
  readonly room?: Uint8Array
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
  /** With `on`: of each, its rank among the ones before; −1 where it begins at 0. */
  readonly origin?: Int32Array
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
  const indices = intsOf(ranks.length)
  const kernels = kernelsFor(on, ranks, indices)
  if (kernels) {
    kernels.zerosAt(on, ranks, indices)
    return indices
  }
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
  const ranks = largestRanks(active.values, active.on.length - count)
  const kept = entriesAt(active.on, ranks)
  const next = withOnes(mask.length, kept, layer.room)
  const grown = grow(next, count, kept)
  const { on, origin, activated } = exchanged(
    { mask, on: active.on },
    { mask: next, ranks, kept },
    grown,
    mask,
  )
  const { on: before } = active
  return {
    mask: next,
    on,
    origin,
    get dropped() {
      return othersOf(before, ranks)
    },
    grown,
    activated,
  }
}

/** The entries of a list that are at none of these ranks, ascending. */
function othersOf(on: Int32Array, ranks: Int32Array): Int32Array {
  const others = intsOf(on.length - ranks.length)
  for (let k = 0, i = 0, to = 0; to < others.length; k++) {
    if (i < ranks.length && ranks[i] === k) i++
    else others[to++] = on[k]
  }
  return others
}

/** The entries of a list at these ranks. */
export function entriesAt(on: Int32Array, ranks: Int32Array): Int32Array {
  const entries = intsOf(ranks.length)
  const kernels = kernelsFor(on, ranks, entries)
  if (kernels) kernels.pick(entries, on, ranks)
  else for (let k = 0; k < entries.length; k++) entries[k] = on[ranks[k]]
  return entries
}

/** What is kept at these ranks of the list. */
export function selectedOf({ on, values }: Nonzeros, ranks: Int32Array): Nonzeros {
  const left = values instanceof Float32Array ? floatsOf(ranks.length) : new Float64Array(ranks.length)
  const kernels = kernelsFor(left, values, ranks)
  if (kernels && left instanceof Float32Array && values instanceof Float32Array)
    kernels.pick(left, values, ranks)
  else for (let k = 0; k < ranks.length; k++) left[k] = values[ranks[k]]
  return { on: entriesAt(on, ranks), values: left }
}

/** What an exchange keeps: its mask, its entries, ascending, and their ranks among the ones before. */
interface Stays {
  readonly mask: Uint8Array
  readonly ranks: Int32Array
  readonly kept: Int32Array
}

/**
 * The update that turns on the entries `back` beside those that stay, in whose mask they are written. Those
 * that `keeps` has, all of them on before, keep weight and momentum; the others, without it all, begin at 0.
 */
export function exchanged(
  before: Pick<Nonzeros, 'on'> & { readonly mask: Uint8Array },
  { mask, ranks, kept }: Stays,
  back: Int32Array,
  keeps: Uint8Array | null,
): MaskUpdate {
  for (let i = 0; i < back.length; i++) mask[back[i]] = 1
  const { on, origin, at } = merged(kept, ranks, back)
  if (keeps) originsOf(back, before.on, keeps, at, origin)
  const grown = offIn(back, before.mask)
  return {
    mask,
    on,
    origin,
    get dropped() {
      return offIn(before.on, mask)
    },
    grown,
    activated: keeps === before.mask ? grown : keeps ? offIn(back, keeps) : back,
  }
}

/** Two lists in one, ascending. */
interface Merged {
  readonly on: Int32Array
  /** Of each entry its rank; −1 for those of `back`. */
  readonly origin: Int32Array
  /** Where the entries of `back` are. */
  readonly at: Int32Array
}

function merged(kept: Int32Array, ranks: Int32Array, back: Int32Array): Merged {
  const all = kept.length + back.length
  const [on, origin, at] = [intsOf(all), intsOf(all), intsOf(back.length)]
  const kernels = kernelsFor(kept, ranks, back, on, origin, at)
  if (kernels) {
    kernels.merge({ kept, ranks, back }, { on, origin, at })
    return { on, origin, at }
  }
  let [i, j, k] = [0, 0, 0]
  while (i < kept.length && j < back.length) {
    // −1 where what is kept comes first, else 0: a branch would be mispredicted.
    const first = (kept[i] - back[j]) >> 31
    on[k] = back[j] + ((kept[i] - back[j]) & first)
    at[j] = k
    origin[k++] = ((ranks[i] + 1) & first) - 1
    i -= first
    j += 1 + first
  }
  for (; i < kept.length; i++) {
    on[k] = kept[i]
    origin[k++] = ranks[i]
  }
  for (; j < back.length; j++) {
    on[k] = back[j]
    at[j] = k
    origin[k++] = -1
  }
  return { on, origin, at }
}

/** Work space kept between calls: of an entry its rank, where it was looked up. */
let rankAt = new Int32Array(0)

/** Gives those of `back` that `keeps` has, all of them in the list before, their ranks in it. */
function originsOf(
  back: Int32Array,
  before: Int32Array,
  keeps: Uint8Array,
  at: Int32Array,
  origin: Int32Array,
): void {
  const ranks = intsOf(back.length)
  const kernels = kernelsFor(back, before, ranks)
  if (kernels) {
    kernels.ranksIn(before, back, ranks)
    for (let j = 0; j < back.length; j++) {
      const kept = -keeps[back[j]]
      origin[at[j]] = (ranks[j] & kept) | ~kept
    }
    return
  }
  if (rankAt.length < keeps.length) rankAt = new Int32Array(keeps.length)
  for (let k = 0; k < before.length; k++) rankAt[before[k]] = k
  // All bits where it is kept, none where not: then −1 comes out.
  for (let j = 0; j < back.length; j++) {
    const kept = -keeps[back[j]]
    origin[at[j]] = (rankAt[back[j]] & kept) | ~kept
  }
}

/** The update that keeps nothing but the entries of these ranks among those that are on; both ascending. */
export function pruneToRanks(layer: MaskedWeights, on: Int32Array, ranks: Int32Array): MaskUpdate {
  const kept = ranks.length === on.length ? on : entriesAt(on, ranks)
  const mask = withOnes(layer.mask.length, kept, layer.room)
  return {
    mask,
    on: kept,
    origin: ranks,
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

/** A mask with these entries on; in `room`, where it is given. */
export function withOnes(entries: number, on: Int32Array, room?: Uint8Array): Uint8Array {
  const mask = room?.fill(0) ?? new Uint8Array(entries)
  for (let i = 0; i < on.length; i++) mask[on[i]] = 1
  return mask
}

/** Work space kept between calls. */
let off = new Int32Array(0)

/** Those of the indices that a mask has off. */
function offIn(indices: Int32Array, mask: Uint8Array): Int32Array {
  let count = 0
  if (off.length < indices.length) off = new Int32Array(indices.length)
  const chosen = off
  for (let i = 0; i < indices.length; i++) {
    chosen[count] = indices[i]
    count += 1 - mask[indices[i]]
  }
  const result = intsOf(count)
  for (let k = 0; k < count; k++) result[k] = chosen[k]
  return result
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
