import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { orthogonalisedUniform, sao, saoDegrees, saoMatrix } from '../../../src/engine/initialization/sao.ts'
import { orthogonalityResidual } from '../../../src/engine/linalg/gram.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import { maskable } from '../density/kernels.ts'

const request = (rows: number, cols: number, degree: number, rectifier = false) => ({
  rows,
  cols,
  degree,
  gain: 1.2,
  rectifier,
  stream: Stream.root(1),
  where: 'layer.kernel',
})

test.each([
  [128, 128, 16],
  [12, 24, 8],
  [24, 12, 8],
  [6, 6, 6],
  [10, 10, 1],
])('%d × %d of degree %d: orthogonal and regular', (rows, cols, degree) => {
  const { values, mask } = saoMatrix(request(rows, cols, degree))
  expect(orthogonalityResidual(values, rows, cols, 1.2)).toBeLessThan(1e-12)
  values.forEach((value, k) => expect(value !== 0).toBe(mask[k] === 1))
  const inRow = new Array<number>(rows).fill(0)
  const inColumn = new Array<number>(cols).fill(0)
  mask.forEach((bit, k) => {
    inRow[Math.floor(k / cols)] += bit
    inColumn[k % cols] += bit
  })
  const long = Math.max(rows, cols),
    short = Math.min(rows, cols)
  expect(new Set(rows <= cols ? inRow : inColumn)).toEqual(new Set([degree]))
  expect(new Set(rows <= cols ? inColumn : inRow)).toEqual(new Set([(short * degree) / long]))
})

test('degree 16 at width 128 is density 0.125', () => {
  expect(countOnes(saoMatrix(request(128, 128, 16)).mask) / 128 ** 2).toBe(0.125)
})

test('the relu variant passes (relu(z), relu(−z)) on as an orthogonal map of z', () => {
  const { values, mask } = saoMatrix({ ...request(12, 12, 4, true), gain: 1 })
  expect(countOnes(mask)).toBe(48)
  const draw = Stream.root(2)
  const z = Float64Array.from({ length: 6 }, () => draw.normal())
  const input = Float64Array.from({ length: 12 }, (_, k) => Math.max(0, k < 6 ? z[k] : -z[k - 6]))
  const output = new Float64Array(12)
  for (let i = 0; i < 12; i++) for (let j = 0; j < 12; j++) output[j] += input[i] * values[i * 12 + j]
  for (let j = 0; j < 6; j++) expect(output[j + 6]).toBeCloseTo(-output[j], 12)
  const square = (x: Float64Array): number => x.reduce((sum, value) => sum + value * value, 0)
  expect(square(output.subarray(0, 6))).toBeCloseTo(square(z), 12)
})

test('convolutions keep whole filters around a centred matrix', () => {
  const settings = runSpecSchema.parse({ initialization: { saoDegree: 4 } }).initialization
  const made = sao({
    parameter: maskable('k', [3, 3, 8, 16]),
    density: 1,
    mask: null,
    settings,
    stream: Stream.root(3),
  })
  for (let tap = 0; tap < 9; tap++)
    expect(made.mask.slice(tap * 128, (tap + 1) * 128)).toEqual(made.mask.slice(512, 640))
  expect(orthogonalityResidual(made.values.slice(512, 640), 8, 16)).toBeLessThan(1e-12)
  expect(made.values.filter((value) => value !== 0).length).toBe(32)
})

test('degrees that do not divide are refused with the nearest that do', () => {
  expect(saoDegrees(12, 24)).toEqual([2, 4, 6, 8, 12, 24])
  expect(() => saoMatrix(request(12, 24, 5))).toThrow('nearest degrees allowed: 4 and 6')
  expect(() => saoMatrix(request(12, 24, 1))).toThrow('nearest degrees allowed: 2.')
  expect(() => saoMatrix(request(7, 8, 2, true))).toThrow('8 × 8')
  const settings = runSpecSchema.parse({}).initialization
  expect(() =>
    sao({
      parameter: maskable('k', [3, 3, 8, 1], true),
      density: 1,
      mask: null,
      settings,
      stream: Stream.root(3),
    }),
  ).toThrow('depthwise')
})

interface Constancy {
  readonly side: number
  readonly draws: number
  readonly first_column: { readonly mean: number; readonly standard_deviation: number }
  readonly second_column: { readonly mean: number; readonly standard_deviation: number }
}
const { sao: uniformDraws } = JSON.parse(
  readFileSync(new URL('../../fixtures/published.json', import.meta.url), 'utf8'),
) as { readonly sao: readonly Constancy[] }

test.each(uniformDraws)('values as published, side $side: SciPy’s left singular vectors', (expected) => {
  const { side } = expected
  const stream = Stream.root(5)
  const draws = 1000
  const sums = [0, 0]
  for (let draw = 0; draw < draws; draw++) {
    const values = orthogonalisedUniform(side, stream)
    expect(orthogonalityResidual(values, side, side)).toBeLessThan(1e-12)
    for (const column of [0, 1]) {
      let sum = 0
      for (let row = 0; row < side; row++) sum += values[row * side + column]
      sums[column] += Math.abs(sum) / Math.sqrt(side) / draws
    }
  }
  for (const [column, { mean, standard_deviation }] of [
    expected.first_column,
    expected.second_column,
  ].entries()) {
    const error = standard_deviation * Math.sqrt(1 / draws + 1 / expected.draws)
    expect(Math.abs(sums[column] - mean)).toBeLessThan(4 * error)
  }
})

test('the published variant takes these values, at the same positions and as orthogonal', () => {
  const settings = runSpecSchema.parse({ initialization: { saoDegree: 4 } }).initialization
  const of = (variant: 'literature' | 'published') =>
    sao({
      parameter: maskable('layer', [8, 8]),
      density: 1,
      mask: null,
      settings,
      stream: Stream.root(3),
      variant,
    })
  expect(of('published').mask).toEqual(of('literature').mask)
  expect(of('published').values).not.toEqual(of('literature').values)
  expect(orthogonalityResidual(of('published').values, 8, 8)).toBeLessThan(1e-12)
})
