/** Masks: exact counts, drawn and counted. */
import { describe, expect, it } from 'vitest'
import { countOnes, randomMask, unmask } from '../../../src/engine/initialization/masks.ts'
import { Stream } from '../../../src/engine/rng.ts'

describe('countOnes', () => {
  it('counts whatever the length and wherever the mask begins', () => {
    const stream = Stream.root(1)
    for (const length of [0, 1, 3, 4, 5, 1019, 1020, 1021, 4083]) {
      const memory = Uint8Array.from({ length: length + 3 }, () => stream.integer(2))
      for (const start of [0, 1, 2, 3]) {
        const mask = memory.subarray(start, start + length)
        expect(countOnes(mask)).toBe(mask.reduce((sum, one) => sum + one, 0))
      }
    }
  })

  it('holds a long mask of ones', () => {
    expect(countOnes(new Uint8Array(100_003).fill(1))).toBe(100_003)
  })
})

it('draws and opens exactly as many as asked', () => {
  for (const count of [0, 1, 17, 60, 99, 100]) {
    const mask = randomMask(100, count, Stream.root(count))
    expect(countOnes(mask)).toBe(count)
    unmask(mask, 30, Stream.root(7))
    expect(countOnes(mask)).toBe(Math.min(100, count + 30))
  }
})
