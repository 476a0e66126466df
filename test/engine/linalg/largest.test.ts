import { describe, expect, it } from 'vitest'
import { largestOthers } from '../../../src/engine/linalg/largest-others.ts'
import { largestAt } from '../../../src/engine/linalg/largest.ts'
import { randomEntries, randomMask } from '../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../src/engine/rng.ts'

/** By sorting: larger |score| first, then the lower index; what is no number last. */
function bySorting(scores: Float32Array | Float64Array, at: readonly number[], count: number): number[] {
  const size = (k: number) => (Number.isNaN(scores[k]) ? -1 : Math.abs(scores[k]))
  const sorted = at.toSorted((a, b) => size(b) - size(a) || a - b)
  return sorted.slice(0, count).sort((a, b) => a - b)
}

const stream = Stream.root(3)
const KINDS: Record<string, (k: number) => number> = {
  normal: () => stream.normal(),
  'many ties': () => Math.round(2 * stream.normal()),
  'no numbers and infinities': (k) => [Number.NaN, Infinity, -0, 0, -1e-42, 3e38, stream.normal()][k % 7],
  'all equal': () => 1,
}

describe.each(Object.entries(KINDS))('the largest of %s', (_, draw) => {
  it.each([
    [Float32Array, 50],
    [Float64Array, 50],
    [Float32Array, 20_000],
    [Float64Array, 20_000],
  ])('are those of a sort: %o of %i', (Kind, size) => {
    const scores = new Kind(size)
    for (let k = 0; k < size; k++) scores[k] = draw(k)
    const mask = Uint8Array.from({ length: size }, () => (stream.uniform() < 0.3 ? 1 : 0))
    const off = [...mask.keys()].filter((k) => mask[k] === 0)
    const on = Int32Array.from([...mask.keys()].filter((k) => mask[k] === 1))
    for (const count of [0, 1, 7, Math.floor(size / 50), Math.floor(size / 2), size]) {
      const expected = bySorting(scores, off, count)
      expect([...largestAt(scores, Int32Array.from(off), count)]).toEqual(expected)
      expect([...largestOthers(scores, on, count)]).toEqual(expected)
    }
  })
})

it.each([
  [100, 3],
  [100, 50],
  [101, 80],
  [7, 0],
])('draws the entries of a random mask: %i, %i of them', (entries, count) => {
  const mask = randomMask(entries, count, Stream.root(5))
  const on = [...mask.keys()].filter((k) => mask[k] === 1)
  expect([...randomEntries(entries, count, Stream.root(5))]).toEqual(on)
})
