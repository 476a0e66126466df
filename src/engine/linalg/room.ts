/**
 * Short-lived arrays of numbers in memory that is used again. An update of masks makes a dozen of them a
 * layer, and fresh memory costs more than what is written to it: the system maps each page at its first use.
 */

/** Words that kernels may write behind a list. */
export const SPARE = 4

/** The largest |values|, as many as `ranks` is long: more than none, less than all. */
export interface RanksOf {
  readonly values: Float32Array
  readonly ranks: Int32Array
}

/** As largestOthers of largest-others.ts, as many as `chosen` is long. */
export interface OthersOf {
  readonly scores: Float32Array
  readonly others: Int32Array
  readonly chosen: Int32Array
}

/** The sum of |values| at these entries, in double precision, one after the other. */
export interface SizesOf {
  readonly values: Float32Array
  readonly entries: Int32Array
}

/**
 * Selections of many layers, on all threads, in a workshop's memory. Behind lists that they fill SPARE words
 * may be written. Without room for their work nothing is done.
 */
export interface Selections {
  /** As largestRanks of largest.ts; false without room. */
  ranks(requests: readonly RanksOf[]): boolean
  /** Of each whether it was filled: it is not where too few of the others are numbers. */
  others(requests: readonly OthersOf[]): readonly boolean[] | null
  sums(requests: readonly SizesOf[]): readonly number[] | null
}

/** What works on arrays of a workshop's memory. All lists are ascending. */
export interface RoomKernels {
  readonly selections: Selections
  /** to[k] = from[ranks[k]]. */
  pick(to: Float32Array | Int32Array, from: Float32Array | Int32Array, ranks: Int32Array): void
  /** to[k] = from[k] + by. */
  shift(to: Int32Array, from: Int32Array, by: number): void
  /** The entries of these ranks among those that are not in `on`. */
  zerosAt(on: Int32Array, ranks: Int32Array, to: Int32Array): void
  /** Two lists in one: its entries, of each its rank or −1 for those of `back`, and where these are. */
  merge(
    lists: Readonly<Record<'kept' | 'ranks' | 'back', Int32Array>>,
    merged: Readonly<Record<'on' | 'origin' | 'at', Int32Array>>,
  ): void
  /**
   * Lists those of `back` that a list has not; returns how many. The ranks of the others in the list, or what
   * `ranks` has there, go where they are merged, if that is given. `places` has a word for every entry that
   * there may be.
   */
  lacking(
    back: Int32Array,
    keeps: { readonly on: Int32Array; readonly ranks?: Int32Array },
    merged: Readonly<Record<'origin' | 'at', Int32Array>> | null,
    missing: Int32Array,
    places: Int32Array,
  ): number
  /** sum[k] ← factor·sum[k] + given[k], rounded once. */
  smooth(sum: Float32Array, given: Float32Array, factor: number): void
}

/** Memory for rooms, and compiled code that works there: loops of a first change are not optimized yet. */
export interface Workshop {
  readonly kernels: RoomKernels
  /** `bytes` and more from the byte `at` on, until the next room; null where there are none. */
  room(
    bytes: number,
  ): { readonly buffer: ArrayBufferLike; readonly at: number; readonly bytes: number } | null
  /** `count` numbers that stay, 0 at first, for the next rooms; null where there are none left. */
  keep(count: number): Float32Array | null
  /** Whether an array lies in the memory, in a room or elsewhere. */
  has(array: ArrayBufferView): boolean
}

/** Numbers of four bytes each; what did not fit in makes the next room larger. */
let own = new ArrayBuffer(0)
let room: ArrayBufferLike = own
let begin = 0
let end = 0
let used = 0
/** The most that was in use since the room was opened. */
let most = 0
let open = false
let workshop: Workshop | null = null

/**
 * Runs `work`, in which intsOf, listOf and floatsOf take from the room, and leaves it. Nothing that they
 * gave may be kept, or sent elsewhere, beyond this call. `work` must not wait for anything. A room is the
 * workshop's where one is given.
 */
export function inRoom<Result>(work: () => Result, given: Workshop | null = null): Result {
  if (open) return work()
  const wanted = 4 * Math.ceil(1.25 * most)
  const theirs = given?.room(wanted) ?? null
  if (!theirs && 4 * most > own.byteLength) own = new ArrayBuffer(wanted)
  workshop = theirs ? given : null
  room = theirs?.buffer ?? own
  begin = theirs?.at ?? 0
  end = begin + (theirs?.bytes ?? own.byteLength)
  used = 0
  most = 0
  open = true
  try {
    return work()
  } finally {
    open = false
    workshop = null
  }
}

/** Runs `work`, whose arrays in the room are free again after it; it must not return one of them. */
export function inScratch<Result>(work: () => Result): Result {
  const mark = used
  try {
    return work()
  } finally {
    used = mark
  }
}

/** The kernels of the workshop whose room is open; null where it is nobody's. */
export const openKernels = (): RoomKernels | null => workshop?.kernels ?? null

/** What may work on these arrays: null outside a workshop's room, or where one of them lies elsewhere. */
export function kernelsFor(...arrays: readonly ArrayBufferView[]): RoomKernels | null {
  const shop = workshop
  return shop !== null && arrays.every((array) => shop.has(array)) ? shop.kernels : null
}

/** Where `count` more numbers begin, in bytes; −1 outside a room, or where it is full. */
function take(count: number): number {
  if (!open) return -1
  const at = begin + 4 * used
  used += count
  most = Math.max(most, used)
  return begin + 4 * used > end ? -1 : at
}

/** `count` integers, whatever they are; zeros outside a room. */
export function intsOf(count: number): Int32Array {
  const at = take(count)
  return at < 0 ? new Int32Array(count) : new Int32Array(room, at, count)
}

/** As intsOf, with SPARE words behind them. */
export const listOf = (count: number): Int32Array => intsOf(count + SPARE).subarray(0, count)

/** As intsOf, in single precision. */
export function floatsOf(count: number): Float32Array {
  const at = take(count)
  return at < 0 ? new Float32Array(count) : new Float32Array(room, at, count)
}
