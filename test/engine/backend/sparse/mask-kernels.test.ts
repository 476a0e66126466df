import { describe, expect, it } from 'vitest'
import { largestOthers } from '../../../../src/engine/linalg/largest-others.ts'
import { largestRanks } from '../../../../src/engine/linalg/largest.ts'
import {
  floatsOf,
  inRoom,
  intsOf,
  kernelsFor,
  listOf,
  type RoomKernels,
} from '../../../../src/engine/linalg/room.ts'
import { SPARE_WORDS } from '../../../../src/engine/backend/sparse/instructions/scratch.ts'
import { randomEntries } from '../../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { workshop } from './workshop.ts'

const shop = await workshop(2 ** 22)
const stream = Stream.root(11)

/** Runs work on copies of lists in the room, which the kernels can work on. */
function withKernels<Result>(work: (kernels: RoomKernels) => Result): Result {
  return inRoom(() => {
    const kernels = kernelsFor(intsOf(1))
    if (!kernels) throw new Error('the room has no kernels')
    return work(kernels)
  }, shop)
}

const ints = (values: ArrayLike<number>): Int32Array => {
  const list = intsOf(values.length)
  list.set(values)
  return list
}

const floats = (values: ArrayLike<number>): Float32Array => {
  const list = floatsOf(values.length)
  list.set(values)
  return list
}

const sizeOf = (value: number): number => (Number.isNaN(value) ? -1 : Math.abs(value))

/** By sorting: larger |score| first, then the lower index. */
const bySorting = (scores: Float32Array, at: readonly number[], count: number): number[] =>
  at
    .toSorted((a, b) => sizeOf(scores[b]) - sizeOf(scores[a]) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b)

const KINDS: Record<string, (k: number) => number> = {
  normal: () => stream.normal(),
  'many ties': () => Math.round(2 * stream.normal()),
  'the last bits': () => 1 + stream.integer(3000) * 2 ** -23,
  'no numbers and infinities': (k) => [Number.NaN, Infinity, -0, 0, -1e-42, 3e38, stream.normal()][k % 7],
}

describe.each(Object.entries(KINDS))('%s', (_, draw) => {
  it.each([5, 301, 20_000])('are selected by the kernels as by a sort: %i', (size) => {
    const scores = Float32Array.from({ length: size }, (_, k) => draw(k))
    const all = [...scores.keys()]
    const others = all.filter(() => stream.uniform() < 0.3)
    const has = new Set(others)
    const off = all.filter((k) => !has.has(k))
    for (const count of [1, 3, Math.floor(size / 50), Math.floor(size / 2), size - 1]) {
      const ranks = withKernels(() => [...largestRanks(floats(scores), count)])
      expect(ranks).toEqual(bySorting(scores, all, count))
      const near = withKernels(() => [...largestOthers(floats(scores), ints(others), count)])
      expect(near).toEqual(bySorting(scores, off, count))
      // From elsewhere, by copies in the room.
      expect(withKernels(() => [...largestOthers(scores, Int32Array.from(others), count)])).toEqual(near)
    }
  })
})

/** `count` of `entries`, ascending. */
const some = (entries: number, count: number): number[] => [...randomEntries(entries, count, stream)]

it('lists of the room have as many words behind them as kernels may write', () => {
  inRoom(() => {
    const list = listOf(3)
    expect(intsOf(1).byteOffset - list.byteOffset).toBeGreaterThanOrEqual(4 * (3 + SPARE_WORDS))
  }, shop)
})

it.each([
  [100, 20, 7],
  [64, 0, 5],
  [64, 12, 0],
  [1000, 900, 50],
])(
  'lists of %i entries, %i of them on, are joined by the kernels as by hand: %i more',
  (entries, on, more) => {
    const kept = some(entries, on)
    const zeros = Array.from({ length: entries }, (_, k) => k).filter((k) => !kept.includes(k))
    const ranks = some(zeros.length, more)
    const back = ranks.map((rank) => zeros[rank])
    const all = [...kept, ...back].sort((a, b) => a - b)
    withKernels((kernels) => {
      const found = intsOf(more)
      kernels.zerosAt(ints(kept), ints(ranks), found)
      expect([...found]).toEqual(back)
      const merged = { on: intsOf(all.length), origin: intsOf(all.length), at: intsOf(more) }
      const keptRanks = kept.map((_, k) => 3 * k)
      kernels.merge({ kept: ints(kept), ranks: ints(keptRanks), back: ints(back) }, merged)
      expect([...merged.on]).toEqual(all)
      expect([...merged.origin]).toEqual(
        all.map((entry) => 3 * kept.indexOf(entry)).map((r) => Math.max(r, -1)),
      )
      expect([...merged.at]).toEqual(back.map((entry) => all.indexOf(entry)))
      // What of it another list has: with its ranks there, or with what is told of them.
      const keeps = all.filter((_, k) => k % 3 !== 1)
      const missing = back.filter((entry) => !keeps.includes(entry))
      const told = keeps.map((entry) => 7 * entry)
      // What lies in the places is whatever was there: zeros lead to an entry that is listed.
      const [lacking, places] = [intsOf(more), intsOf(entries).fill(0)]
      expect(kernels.lacking(ints(back), { on: ints(keeps) }, null, lacking, places)).toBe(missing.length)
      expect([...lacking.subarray(0, missing.length)]).toEqual(missing)
      for (const ranks of [undefined, told]) {
        const origin = ints([...merged.origin])
        const lists = { on: ints(keeps), ...(ranks ? { ranks: ints(ranks) } : {}) }
        const count = kernels.lacking(ints(back), lists, { origin, at: merged.at }, lacking, places)
        expect([...lacking.subarray(0, count)]).toEqual(missing)
        const expected = all.map((entry, k) => {
          const place = keeps.indexOf(entry)
          return place < 0 || !back.includes(entry) ? merged.origin[k] : (ranks?.[place] ?? place)
        })
        expect([...origin]).toEqual(expected)
      }
      const moved = intsOf(all.length)
      kernels.shift(moved, ints(all), -17)
      expect([...moved]).toEqual(all.map((entry) => entry - 17))
      const picked = floatsOf(all.length)
      const numbers = Float32Array.from({ length: entries }, () => stream.normal())
      kernels.pick(picked, floats(numbers), ints(all))
      expect([...picked]).toEqual(all.map((entry) => numbers[entry]))
      const sizes = all.reduce((sum, entry) => sum + Math.abs(numbers[entry]), 0)
      const requests = [{ values: floats(numbers), entries: ints(all) }]
      expect(kernels.selections.sums([...requests, ...requests])).toEqual([sizes, sizes])
    })
  },
)

it.each([1, 2, 7, 500])('means of gradients are smoothed as JavaScript does, bit for bit: %i', (count) => {
  const drawn = (): Float32Array => Float32Array.from({ length: count }, () => stream.normal())
  const [sum, given] = [drawn(), drawn()]
  const expected = sum.map((value, k) => 0.9 * value + given[k])
  withKernels((kernels) => {
    const own = floats(sum)
    kernels.smooth(own, floats(given), 0.9)
    expect([...own]).toEqual([...expected])
  })
})
