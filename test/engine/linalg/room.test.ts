import { expect, test } from 'vitest'
import { floatsOf, intsOf } from '../../../src/engine/linalg/room.ts'

test.each([intsOf, floatsOf])('%o gives zeros of the asked length that no other has', (make) => {
  const arrays = Array.from({ length: 3000 }, (_, k) => make((k * 37) % 211))
  arrays.forEach((array, k) => {
    expect(array.length).toBe((k * 37) % 211)
    expect(array.every((entry) => entry === 0)).toBe(true)
    array.fill(k + 1)
  })
  arrays.forEach((array, k) => expect(array.every((entry) => entry === k + 1)).toBe(true))
})

test('a long one has memory of its own, exactly as long', () => {
  expect(intsOf(100_000).buffer.byteLength).toBe(400_000)
  expect(floatsOf(100_000).buffer.byteLength).toBe(400_000)
})
