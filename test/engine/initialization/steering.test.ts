/** EOI steered: its start, patterns by Givens QR, angles of listed pairs. */
import { describe, expect, test } from 'vitest'
import { Transformer } from '@napi-rs/image'
import { eoiMatrix } from '../../../src/engine/initialization/eoi-matrix.ts'
import { eoi } from '../../../src/engine/initialization/eoi.ts'
import { patternedMatrix } from '../../../src/engine/initialization/givens-qr.ts'
import { patternMask } from '../../../src/engine/initialization/patterns.ts'
import { readPattern } from '../../../src/engine/interchange/pattern-file.ts'
import { writeNpz } from '../../../src/engine/interchange/npz.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parsePairList } from '../../../src/shared/methods/pairs.ts'
import { parsePattern, patternText } from '../../../src/shared/methods/patterns.ts'
import type { PatternSettings } from '../../../src/shared/methods/patterns.ts'
import { initializationSchema } from '../../../src/shared/spec/schema.ts'
import { maskable } from '../density/kernels.ts'

/** The largest entry of |A·Aᵀ − g²I| over the shorter side. */
function residual(values: Float64Array, rows: number, cols: number, gain = 1): number {
  const at = (i: number, k: number) => (rows <= cols ? values[i * cols + k] : values[k * cols + i])
  let worst = 0
  for (let i = 0; i < Math.min(rows, cols); i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? -gain * gain : 0
      for (let k = 0; k < Math.max(rows, cols); k++) sum += at(i, k) * at(j, k)
      worst = Math.max(worst, Math.abs(sum))
    }
  }
  return worst
}

describe('start', () => {
  test('a permuted identity spreads over all columns, and stays orthogonal at its density', () => {
    const ask = (start: 'identity' | 'permutation') =>
      eoiMatrix({ rows: 784, cols: 100, density: 0.01, start, gain: 1.5, stream: Stream.root(4) })
    const energy = ({ values }: { values: Float64Array }) =>
      values.subarray(0, 100 * 100).reduce((sum, value) => sum + value * value, 0) / (100 * 2.25)
    const [first, spread] = [ask('identity'), ask('permutation')]
    // 39 % against an even 12.8 %.
    expect(energy(first)).toBeGreaterThan(0.3)
    expect(Math.abs(energy(spread) - 100 / 784)).toBeLessThan(0.07)
    expect(residual(spread.values, 784, 100, 1.5)).toBeLessThan(1e-13)
    expect(spread.density).toBeCloseTo(0.01, 3)
    expect(ask('permutation').values).toEqual(spread.values)
  })

  test('the default is the paper’s, bit for bit, and the least density is a permutation matrix', () => {
    const request = { rows: 12, cols: 20, density: 0.3, stream: Stream.root(1) }
    const plain = eoiMatrix({ ...request, stream: Stream.root(1) })
    expect(eoiMatrix({ ...request, stream: Stream.root(1), start: 'identity' })).toEqual(plain)
    const { mask, rotations } = eoiMatrix({
      rows: 9,
      cols: 9,
      density: 1 / 9,
      start: 'permutation',
      stream: Stream.root(2),
    })
    expect(rotations).toBe(0)
    for (let k = 0; k < 9; k++) {
      expect(mask.subarray(9 * k, 9 * k + 9).reduce((sum, bit) => sum + bit, 0)).toBe(1)
      expect(Array.from({ length: 9 }, (_, row): number => mask[9 * row + k]).reduce((a, b) => a + b)).toBe(1)
    }
    expect(mask).not.toEqual(Uint8Array.from({ length: 81 }, (_, k) => +(k % 10 === 0)))
  })

  test('what guided pairs can reach is told for the permuted start', () => {
    const pairs = { kind: 'pairs', pairs: [[0, 1]] } as const
    const refused = (start: 'identity' | 'permutation') => () =>
      eoiMatrix({ rows: 2, cols: 40, density: 0.05, start, pairs, stream: Stream.root(3) })
    expect(refused('identity')).not.toThrow()
    expect(refused('permutation')).toThrow('reach at most 0.0250000')
  })
})

describe('angles of listed pairs', () => {
  test('0-1@30 rotates by 30°, a reversed pair backwards', () => {
    const of = (list: string) =>
      eoiMatrix({
        rows: 2,
        cols: 2,
        density: 1,
        pairs: { kind: 'pairs', pairs: parsePairList(list) },
        stream: Stream.root(1),
      }).values
    const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)]
    const expected = [cos, -sin, sin, cos]
    of('0-1@30').forEach((value, k) => expect(value).toBeCloseTo(expected[k], 14))
    of('1-0@-30').forEach((value, k) => expect(value).toBeCloseTo(expected[k], 14))
    expect(parsePairList('0-1, 3–2 @ 12.5°, 4 5')).toEqual([
      [0, 1],
      [3, 2, 12.5],
      [4, 5],
    ])
    expect(() => parsePairList('0-1@')).toThrow('no pair of columns')
  })
})

const settings = (pattern: Partial<PatternSettings>): PatternSettings =>
  initializationSchema.parse({ pattern }).pattern

describe.each([
  [24, 24],
  [16, 40],
  [40, 16],
])('patterns of %i × %i', (rows, cols) => {
  const draw = (pattern: Partial<PatternSettings>) => {
    const stream = Stream.root(6)
    const mask = patternMask(rows, cols, settings(pattern), stream.split('pattern'))
    return { pattern: mask, ...patternedMatrix({ rows, cols, gain: 1.2, stream }, mask) }
  }

  test.each([
    { kind: 'blocks', size: 8 },
    { kind: 'bands', size: 5 },
    { kind: 'n-m', keep: 2, of: 4 },
    { kind: 'n-m', keep: 1, of: 8 },
    { kind: 'text', text: '100/010/001' },
  ] as const)('$kind: residual 0, zeros exact, overlap counted', (asked) => {
    const { values, mask, pattern, overlap } = draw(asked)
    expect(residual(values, rows, cols, 1.2)).toBeLessThan(1e-13)
    values.forEach((value, k) => expect(value !== 0).toBe(mask[k] === 1))
    const both = mask.reduce((sum, bit, k) => sum + (bit & pattern[k]), 0)
    expect(overlap.positions).toBe(pattern.reduce((sum, bit) => sum + bit, 0))
    expect(overlap.inside).toBeCloseTo(both / mask.reduce((sum, bit) => sum + bit, 0), 12)
    expect(overlap.used).toBeCloseTo(both / overlap.positions, 12)
    // Vectors of the shorter side span the pattern's in their order: the first is the pattern's own.
    const firstOf = (array: Uint8Array) =>
      Array.from({ length: Math.max(rows, cols) }, (_, k): number => array[rows <= cols ? k : k * cols])
    expect(firstOf(mask)).toEqual(firstOf(pattern))
  })

  test('blocks are met whole: nothing outside, all of it used', () => {
    expect(draw({ kind: 'blocks', size: 8 }).overlap).toMatchObject({ inside: 1, used: 1 })
  })

  test('it is the orthogonal factor of Gram and Schmidt', () => {
    const stream = Stream.root(6)
    const pattern = patternMask(
      rows,
      cols,
      settings({ kind: 'n-m', keep: 2, of: 4 }),
      stream.split('pattern'),
    )
    const got = patternedMatrix({ rows, cols, gain: 1, stream: Stream.root(6) }, pattern).values
    const [short, long] = [Math.min(rows, cols), Math.max(rows, cols)]
    const place = (i: number, k: number) => (rows <= cols ? i * cols + k : k * cols + i)
    const basis: Float64Array[] = []
    for (let i = 0; i < short; i++) {
      const vector = new Float64Array(long).map((_, k) => (pattern[place(i, k)] ? stream.normal() : 0))
      for (let twice = 0; twice < 2; twice++) {
        for (const other of basis) {
          const product = vector.reduce((sum, value, k) => sum + value * other[k], 0)
          vector.forEach((value, k) => (vector[k] = value - product * other[k]))
        }
      }
      const norm = Math.hypot(...vector)
      basis.push(vector.map((value) => value / norm))
      const sign = Math.sign(basis[i].reduce((sum, value, k) => sum + value * got[place(i, k)], 0))
      basis[i].forEach((value, k) => expect(got[place(i, k)]).toBeCloseTo(sign * value, 9))
    }
  })
})

test('N:M keeps N of each group along the inputs, in every output', () => {
  const mask = patternMask(16, 5, settings({ kind: 'n-m', keep: 2, of: 4 }), Stream.root(1))
  for (let column = 0; column < 5; column++)
    for (let group = 0; group < 4; group++)
      expect([0, 1, 2, 3].reduce((sum, k) => sum + mask[(4 * group + k) * 5 + column], 0)).toBe(2)
  expect(() => patternMask(2, 2, settings({ kind: 'text', text: '111/000' }), Stream.root(1))).toThrow(
    'larger',
  )
  expect(() => parsePattern('10/1')).toThrow('Row 2')
  expect(() => parsePattern('12')).toThrow('Row 1')
})

test('a kernel’s note and numbers tell how the pattern was met, in convolutions of H', () => {
  const request = {
    density: 0.05,
    mask: null,
    settings: initializationSchema.parse({ scheme: 'eoi', pattern: { kind: 'blocks', size: 4 } }),
    stream: Stream.root(1),
  }
  const dense = eoi({ ...request, parameter: maskable('dense', [16, 16]) })
  expect(dense.overlap).toEqual({ positions: 64, inside: 1, used: 1 })
  expect(dense.notes.join()).toContain('Pattern of 64 positions: 100.0 % of the kept positions lie inside')
  const conv = eoi({ ...request, parameter: maskable('conv', [3, 3, 16, 16]) })
  expect(conv.overlap?.used).toBe(1)
  expect(conv.mask.reduce((sum, bit) => sum + bit, 0)).toBe(Math.round(0.05 * 9 * 256))
})

test('patterns are read of .npz, .png and text', () => {
  const mask = Uint8Array.of(1, 0, 0, 0, 1, 1)
  const array = { name: 'mask', shape: [2, 3], data: Float32Array.from(mask, (bit) => bit * 0.3) }
  const other = { name: 'a', shape: [4], data: Float32Array.of(1, 1, 1, 1) }
  const expected = { rows: 2, cols: 3, mask }
  expect(readPattern(writeNpz([other, array]), 'a.npz')).toEqual(expected)
  const rgba = Uint8Array.from([...mask].flatMap((bit) => [bit ? 200 : 90, 0, 0, 255]))
  expect(readPattern(Transformer.fromRgbaPixels(rgba, 3, 2).pngSync(), 'a.png')).toEqual(expected)
  expect(readPattern(new TextEncoder().encode('100\n011\n'), 'a.txt')).toEqual(expected)
  expect(parsePattern(patternText(expected))).toEqual(expected)
  expect(() => readPattern(writeNpz([other]), 'a.npz')).toThrow('a [4]')
  expect(() => readPattern(new Uint8Array(9), 'a.png')).toThrow('cannot be read as a picture')
})
