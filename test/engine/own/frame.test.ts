import { expect, it } from 'vitest'
import { FrameReader, frameParts } from '../../../src/engine/own/frame.ts'
import type { OwnArray, OwnReply } from '../../../src/engine/own/types.ts'

const arrays = new Map<string, OwnArray>([
  ['weight', { shape: [2, 3], data: Float64Array.of(1, -2.5, Math.PI, 0, 1e-300, 7) }],
  ['mask', { shape: [5], data: Uint8Array.of(1, 0, 1, 1, 0) }],
  ['gradient', { shape: [1, 2], data: Float32Array.of(0.1, -0.1) }],
])

const bytes = (...frames: Uint8Array[][]): Uint8Array =>
  Uint8Array.from(frames.flat().flatMap((part) => [...part]))

it('gives back what was framed, however it is cut', () => {
  const all = bytes(frameParts({ call: 'kernel', word: 'σ' }, arrays), frameParts({ ok: true }))
  for (const size of [1, 3, 7, 64, all.length]) {
    const got: OwnReply[] = []
    const reader = new FrameReader((reply) => got.push(reply))
    for (let at = 0; at < all.length; at += size) reader.push(all.subarray(at, at + size))
    expect(got.map(({ header }) => [header['call'], header['word'], header['ok']])).toEqual([
      ['kernel', 'σ', undefined],
      [undefined, undefined, true],
    ])
    expect([...got[0].arrays]).toEqual([...arrays])
    expect(got[1].arrays.size).toBe(0)
  }
})

it('reads a part of a larger buffer as that part alone', () => {
  const large = Float64Array.of(9, 1, 2, 9)
  const got: OwnReply[] = []
  const reader = new FrameReader((reply) => got.push(reply))
  reader.push(bytes(frameParts({}, new Map([['a', { shape: [2], data: large.subarray(1, 3) }]]))))
  expect(got[0].arrays.get('a')?.data).toEqual(Float64Array.of(1, 2))
})

it('refuses what is no frame', () => {
  expect(() => new FrameReader(() => undefined).push(new TextEncoder().encode('hello world'))).toThrow(
    'no frame',
  )
})
