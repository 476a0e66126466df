/** What a mask becomes: entries that stay, and others that come in the place of those that go. */
import { inScratch, intsOf, kernelsFor } from '../linalg/room.ts'
import { withOnes } from './lists.ts'
import type { MaskUpdate } from './update.ts'

/** Entries whose weight and momentum go on, ascending. */
export interface Keeps {
  readonly on: Int32Array
  /** Of each its rank among the ones before; 0, 1, … where none are given. */
  readonly ranks?: Int32Array
}

/** An update by its lists; the mask and what is dropped, seldom asked for, are made at the first look. */
class ListedUpdate implements MaskUpdate {
  readonly on: Int32Array
  readonly origin: Int32Array
  readonly grown: Int32Array
  readonly activated: Int32Array
  readonly added: Int32Array
  readonly #entries: number
  readonly #before: Int32Array
  readonly #kept: Int32Array
  #mask: Uint8Array | null = null

  constructor(
    entries: number,
    before: Int32Array,
    kept: Int32Array,
    lists: Pick<ListedUpdate, 'on' | 'origin' | 'grown' | 'activated' | 'added'>,
  ) {
    this.on = lists.on
    this.origin = lists.origin
    this.grown = lists.grown
    this.activated = lists.activated
    this.added = lists.added
    this.#entries = entries
    this.#before = before
    this.#kept = kept
  }

  get mask(): Uint8Array {
    return (this.#mask ??= withOnes(this.#entries, this.on))
  }

  get dropped(): Int32Array {
    return lacking(this.#entries, this.#before, { on: this.#kept }, null)
  }
}

const NONE = new Int32Array(0)

/** The update of a layer of so many entries that keeps those of these ranks among the ones before. */
export function pruned(entries: number, before: Int32Array, kept: Int32Array, ranks: Int32Array): MaskUpdate {
  return new ListedUpdate(entries, before, kept, {
    on: kept,
    origin: ranks,
    grown: NONE,
    activated: NONE,
    added: NONE,
  })
}

/**
 * The update that turns on the entries `back` beside those that stay. Those of them that `keeps` has, all of
 * which were on before, keep weight and momentum; the others, and without `keeps` all, begin at 0.
 */
export function exchanged(
  entries: number,
  before: Int32Array,
  stays: { readonly kept: Int32Array; readonly ranks: Int32Array },
  back: Int32Array,
  keeps: Keeps | null,
): MaskUpdate {
  const { on, origin, at } = merged(stays.kept, stays.ranks, back)
  const activated = keeps ? lacking(entries, back, keeps, { origin, at }) : back
  const added = keeps?.on === before ? activated : lacking(entries, back, { on: before }, null)
  return new ListedUpdate(entries, before, stays.kept, { on, origin, grown: back, activated, added })
}

/** Two lists in one, ascending. */
interface Merged {
  readonly on: Int32Array
  /** Of each entry its rank among the ones before; −1 for those of `back`. */
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
  for (let i = 0, j = 0, k = 0; k < all; k++) {
    const first = j >= back.length || (i < kept.length && kept[i] < back[j])
    on[k] = first ? kept[i] : back[j]
    origin[k] = first ? ranks[i++] : -1
    if (!first) at[j++] = k
  }
  return { on, origin, at }
}

/**
 * The entries of `back`, of so many that there may be, that another list has not. Of the others, the ranks
 * that `keeps` gives them become their origins where they are merged, if that is given.
 */
function lacking(
  entries: number,
  back: Int32Array,
  keeps: Keeps,
  merged: Omit<Merged, 'on'> | null,
): Int32Array {
  const { on, ranks } = keeps
  const found = intsOf(back.length)
  const count = inScratch(() => {
    const places = intsOf(entries)
    const lists = [back, on, ranks ?? on, found, places, ...(merged ? [merged.origin, merged.at] : [])]
    return kernelsFor(...lists)?.lacking(back, keeps, merged, found, places)
  })
  if (count !== undefined) return found.subarray(0, count)
  let missing = 0
  for (let j = 0, next = 0; j < back.length; j++) {
    while (next < on.length && on[next] < back[j]) next++
    if (on[next] !== back[j]) found[missing++] = back[j]
    else if (merged) merged.origin[merged.at[j]] = ranks ? ranks[next] : next
  }
  return found.subarray(0, missing)
}
