import { describe, expect, it } from 'vitest'
import { augmentInto } from '../../../src/engine/data/augment.ts'
import { reflect } from '../../../src/engine/data/reflect.ts'
import { Stream } from '../../../src/engine/rng.ts'

describe('reflect', () => {
  it('mirrors without repeating the border', () => {
    expect([-4, -3, -2, -1, 0, 1, 4, 5, 6, 8].map((i) => reflect(i, 5))).toEqual([
      4, 3, 2, 1, 0, 1, 4, 3, 2, 0,
    ])
  })
})

describe('augmentInto', () => {
  const side = 7
  const pixels = Uint8Array.from({ length: side * side * 2 }, (_, i) => i)
  const table = Float32Array.from({ length: 512 }, (_, i) => (i < 256 ? i : -(i - 256)))

  it('gives a crop of the reflected image, flipped or not, channels kept together', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      const out = new Float32Array(side * side * 2)
      augmentInto(pixels, 0, [side, side, 2], table, out, 0, Stream.root(seed))
      const expected = new Draws(seed)
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const column = reflect((expected.flip ? side - 1 - x : x) + expected.column, side)
          const from = (reflect(y + expected.row, side) * side + column) * 2
          expect(out[(y * side + x) * 2]).toBe(from)
          expect(out[(y * side + x) * 2 + 1]).toBe(-(from + 1))
        }
      }
      seen.add(`${expected.row} ${expected.column} ${expected.flip}`)
    }
    expect(seen.size).toBeGreaterThan(40)
  })
})

/** The three draws that augmentation documents: row offset, column offset, flip. */
class Draws {
  readonly row: number
  readonly column: number
  readonly flip: boolean
  constructor(seed: number) {
    const stream = Stream.root(seed)
    this.row = stream.integer(9) - 4
    this.column = stream.integer(9) - 4
    this.flip = stream.integer(2) === 1
  }
}
