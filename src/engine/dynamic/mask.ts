/**
 * One mask update: drop the smallest weights of a layer, grow as many elsewhere. SET and RigL differ in
 * `grow` alone.
 */
import { largestRanks, largestRanksOfAll } from '../linalg/largest.ts'
import { exchanged, pruned } from './exchange.ts'
import { entriesAt, indicesOf, onlyIn, withOnes } from './lists.ts'
import type { Nonzeros, Weights } from './lists.ts'
import type { MaskUpdate } from './update.ts'

export type { Nonzeros, Weights } from './lists.ts'
export type { MaskUpdate } from './update.ts'

/** A layer as an update sees it. Weights and mask may be made at the first look: lists spare them. */
export interface MaskedWeights {
  readonly weights: Weights
  readonly mask: Uint8Array
  /** Where there are lists: how many entries the mask has. */
  readonly entries?: number
  readonly nonzeros?: Nonzeros
}

/** What a method grows by. @throws Error where the layer has none. */
export function gradientOf({ gradient }: { readonly gradient: Weights | null }, method: string): Weights {
  if (gradient) return gradient
  throw new Error(`${method}: no dense gradient was given`)
}

/** How many entries the mask of a layer has. */
export const entriesOf = (layer: MaskedWeights): number => layer.entries ?? layer.mask.length

/** Chooses `count` of `entries` that are not kept; flat indices, ascending, as those that are kept are. */
export type Grow = (kept: Int32Array, count: number, entries: number) => Int32Array

/**
 * How ⟨fraction · active⟩ becomes a count: google-research/rigl rounds down, the EOI paper's public code up.
 */
export type DropRounding = 'down' | 'up'

/** What a layer keeps: as it is given, or looked for in its mask. */
export function nonzerosOf(layer: MaskedWeights): Nonzeros {
  if (layer.nonzeros) return layer.nonzeros
  const { weights, mask } = layer
  const on = indicesOf(mask)
  const values = weights instanceof Float32Array ? new Float32Array(on.length) : new Float64Array(on.length)
  for (let k = 0; k < values.length; k++) values[k] = weights[on[k]]
  return { on, values }
}

/** A layer whose smallest weights were dropped: what is on, what of it is kept, and how many fell. */
export interface Dropped {
  readonly entries: number
  readonly on: Int32Array
  readonly kept: Int32Array
  /** Of what is kept, ranks among what is on. */
  readonly ranks: Int32Array
  readonly count: number
}

/** Drops the ⌊fraction · active⌋ smallest |w| of each layer's entries that are on (ties: the lower stays). */
export function dropSmallest(
  layers: readonly MaskedWeights[],
  fraction: number,
  rounding: DropRounding = 'down',
): Dropped[] {
  const actives = layers.map(nonzerosOf)
  const counts = actives.map(({ on }) => {
    const exact = Math.min(1, Math.max(0, fraction)) * on.length
    return rounding === 'down' ? Math.floor(exact) : Math.ceil(exact)
  })
  const ranks = largestRanksOfAll(
    actives.map(({ on, values }, k) => ({ scores: values, count: on.length - counts[k] })),
  )
  return actives.map(({ on }, k) => ({
    entries: entriesOf(layers[k]),
    on,
    kept: entriesAt(on, ranks[k]),
    ranks: ranks[k],
    count: counts[k],
  }))
}

/** The updates that turn on `back` beside what was kept. What was dropped and comes back at once goes on. */
export const regrown = (dropped: readonly Dropped[], back: readonly Int32Array[]): MaskUpdate[] =>
  dropped.map(({ entries, on, kept, ranks }, k) => exchanged(entries, on, { kept, ranks }, back[k], { on }))

/**
 * Drops the smallest weights of a layer, then lets `grow` choose as many among all entries that were not
 * kept.
 */
export function updateMask(
  layer: MaskedWeights,
  fraction: number,
  grow: Grow,
  rounding: DropRounding = 'down',
): MaskUpdate {
  const dropped = dropSmallest([layer], fraction, rounding)
  return regrown(
    dropped,
    dropped.map(({ kept, count, entries }) => grow(kept, count, entries)),
  )[0]
}

/** The update that keeps nothing but the entries of these ranks among those that are on; both ascending. */
export function pruneToRanks(layer: MaskedWeights, on: Int32Array, ranks: Int32Array): MaskUpdate {
  return pruned(entriesOf(layer), on, ranks.length === on.length ? on : entriesAt(on, ranks), ranks)
}

/**
 * Carries an update into the layer's arrays, in place: weights and momenta of entries that were off before or
 * are off now become 0; what was dropped and grown again keeps both.
 */
export function applyUpdate(update: MaskUpdate, ...arrays: readonly Weights[]): void {
  const { mask, activated } = update
  for (const array of arrays) {
    for (let k = 0; k < array.length; k++) if (mask[k] === 0) array[k] = 0
    for (const k of activated) array[k] = 0
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

/** A mask of the `count` largest |w| of all entries; ties go to the lower index. */
export function largestWeights(weights: Weights, count: number): Uint8Array {
  return withOnes(weights.length, largestRanks(weights, count))
}
