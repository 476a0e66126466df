import { expect, test } from 'vitest'
import { floatsOf, inRoom, intsOf } from '../../../src/engine/linalg/room.ts'

const makers = [intsOf, floatsOf]

/** Arrays of many lengths, each filled with a number of its own. */
const filled = (): (Int32Array | Float32Array)[] =>
  Array.from({ length: 3000 }, (_, k) => makers[k % 2]((k * 37) % 211).fill(k + 1))

const own = (arrays: (Int32Array | Float32Array)[]): boolean =>
  arrays.every((array, k) => array.length === (k * 37) % 211 && array.every((entry) => entry === k + 1))

test('arrays of a room do not overlap, the first time and when its memory is used again', () => {
  for (let turn = 0; turn < 3; turn++) expect(inRoom(() => own(filled()))).toBe(true)
})

test('a room is used again, and what does not fit is given all the same', () => {
  inRoom(() => filled())
  const first = inRoom(() => intsOf(10).buffer)
  expect(inRoom(() => floatsOf(20).buffer)).toBe(first)
  const large = 1 + first.byteLength / 4
  expect(inRoom(() => intsOf(large).fill(1).length)).toBe(large)
})

test('outside a room arrays are zeros of their own, also after work that failed', () => {
  const fails = (): number => {
    intsOf(3).fill(7)
    throw new Error('on purpose')
  }
  expect(() => inRoom(fails)).toThrow('on purpose')
  const [a, b] = [intsOf(3), floatsOf(3)]
  expect([...a, ...b]).toEqual([0, 0, 0, 0, 0, 0])
  expect(a.buffer).not.toBe(b.buffer)
  expect(a.buffer.byteLength).toBe(12)
})

test('a room within a room is the same room', () => {
  inRoom(() => {
    const outer = intsOf(4).fill(1)
    inRoom(() => intsOf(4).fill(2))
    expect([...outer]).toEqual([1, 1, 1, 1])
  })
})
