import { describe, expect, it } from 'vitest'
import { parseIdx } from '../../../src/engine/data/idx.ts'

const header = (type: number, ...shape: number[]): number[] => [
  0,
  0,
  type,
  shape.length,
  ...shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]),
]

describe('parseIdx', () => {
  it('reads shape and bytes', () => {
    const { shape, data } = parseIdx(Uint8Array.from([...header(8, 2, 1, 3), 1, 2, 3, 4, 5, 6]), 3, 'images')
    expect(shape).toEqual([2, 1, 3])
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each([
    [
      'a truncated body',
      [...header(8, 2, 3), 1, 2, 3, 4, 5],
      2,
      /images: truncated.*2 × 3 = 6 bytes of data, found 5/,
    ],
    ['a body that is too long', [...header(8, 2), 1, 2, 3], 1, /too long.*found 3/],
    ['a truncated header', [0, 0, 8, 3, 0, 0], 3, /truncated, 6 bytes where the header alone has 16/],
    ['another element type', [...header(13, 1), 0], 1, /element type 0xd/],
    ['another rank', [...header(8, 1), 0], 3, /truncated|1 dimensions, expected 3/],
    ['another format', [...Buffer.from('PNG, not IDX')], 1, /not an IDX file/],
  ])('says what is wrong with %s, and in which file', (_, bytes, rank, message) => {
    expect(() => parseIdx(Uint8Array.from(bytes), rank, 'images')).toThrow(message)
  })
})
