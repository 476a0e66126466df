import { describe, expect, test } from 'vitest'
import { eoi, innerDensity } from '../../../src/engine/initialization/eoi.ts'
import { eoiMatrix } from '../../../src/engine/initialization/eoi-matrix.ts'
import { GivensMatrix } from '../../../src/engine/initialization/givens.ts'
import { kernelShape } from '../../../src/engine/initialization/kernel-shape.ts'
import { countOnes } from '../../../src/engine/initialization/masks.ts'
import { orthogonalityResidual } from '../../../src/engine/linalg/gram.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import type { ParameterSpec } from '../../../src/shared/graph/types.ts'
import { densityPath } from '../../../src/shared/theory/rotations.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { circularConvolution } from './convolve.ts'

const kernel = (shape: readonly number[], depthwise = false): ParameterSpec => ({
  name: 'layer.kernel',
  layer: 'layer',
  role: 'kernel',
  shape,
  maskable: true,
  trainable: true,
  depthwise,
})
const settingsOf = (initialization: RunSpecInput['initialization']) =>
  runSpecSchema.parse({ initialization }).initialization

test('explicit products of rotations agree with the oracle', () => {
  interface Product {
    readonly rows: number
    readonly cols: number
    readonly rotations: readonly (readonly [number, number, number])[]
    readonly matrix: OracleTensor
    readonly nonzeros: number
  }
  for (const product of oracle<{ givens_products: readonly Product[] }>('eoi_theory').givens_products) {
    const matrix = new GivensMatrix(product.rows, product.cols)
    for (const [i, j, angle] of product.rotations) {
      const after = matrix.nonzerosAfter(i, j)
      matrix.rotate(i, j, Math.cos(angle), Math.sin(angle))
      expect(matrix.nonzeros).toBe(after)
    }
    const values = new Float64Array(product.rows * product.cols)
    const mask = new Uint8Array(values.length)
    matrix.moveTo(values, mask, 1, false)
    expect(matrix.nonzeros).toBe(product.nonzeros)
    expect(countOnes(mask)).toBe(product.nonzeros)
    values.forEach((value, k) => expect(value).toBeCloseTo(product.matrix.data[k], 12))
  }
})

/**
 * The bound on how far one rotation can carry the density past its target: both columns of the shorter side
 * filled.
 */
const oneRotation = (rows: number, cols: number): number => Math.min(rows, cols) / (rows * cols)

test('random matrices: orthonormal to 1e-12, density within one rotation, masks and weights agree', () => {
  const draw = Stream.root(20).split('triples')
  for (let k = 0; k < 120; k++) {
    const rows = 1 + draw.integer(70)
    const cols = 1 + draw.integer(70)
    const least = 1 / Math.max(rows, cols)
    const density = least + (1 - least) * draw.uniform()
    const made = eoiMatrix({ rows, cols, density, stream: Stream.root(k) })
    expect(orthogonalityResidual(made.values, rows, cols)).toBeLessThan(1e-12)
    expect(Math.abs(made.density - density)).toBeLessThanOrEqual(oneRotation(rows, cols) + 1e-12)
    expect(countOnes(made.mask)).toBe(made.nonzeros)
    made.values.forEach((value, at) => expect(value !== 0).toBe(made.mask[at] === 1))
  }
})

test('random kernels: H orthonormal, exact density, unmasked zeros, norms kept in float32', () => {
  const draw = Stream.root(21).split('triples')
  for (let k = 0; k < 80; k++) {
    const side = [1, 3, 5][draw.integer(3)]
    const inputs = 1 + draw.integer(12)
    const outputs = inputs + draw.integer(12)
    const least = 1 / (outputs * side * side)
    const density = least + (1 - least) * draw.uniform()
    const settings = settingsOf({ scheme: 'eoi', gain: 1.3, moreNonzeros: draw.integer(2) === 0 })
    const shape = kernelShape([side, side, inputs, outputs], false, 'layer.kernel')
    const made = eoi({
      parameter: kernel([side, side, inputs, outputs]),
      density,
      mask: null,
      settings,
      stream: Stream.root(k),
    })
    const offset = ((side * side - 1) / 2) * inputs * outputs
    const h = made.values.slice(offset, offset + inputs * outputs)
    expect(orthogonalityResidual(h, inputs, outputs, 1.3)).toBeLessThan(1e-12 * 1.69)
    const held = h.reduce((count, value) => count + (value === 0 ? 0 : 1), 0)
    expect(
      Math.abs(held / h.length - innerDensity(shape, density, settings.moreNonzeros)),
    ).toBeLessThanOrEqual(oneRotation(inputs, outputs))
    expect(Math.abs(countOnes(made.mask) - density * made.mask.length)).toBeLessThanOrEqual(
      Math.max(0.5, 2 * inputs),
    )
    if (made.notes.length === 0) expect(countOnes(made.mask)).toBe(Math.round(density * made.mask.length))
    made.values.forEach((value, at) => {
      if (value !== 0) expect(made.mask[at]).toBe(1)
      if (at < offset || at >= offset + h.length) expect(value).toBe(0)
    })
    const image = Float32Array.from({ length: 6 * 5 * inputs }, () => draw.normal())
    const output = circularConvolution(image, [6, 5, inputs], Float32Array.from(made.values), [
      side,
      side,
      inputs,
      outputs,
    ])
    const norm = (x: Float32Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))
    expect(norm(output) / norm(image) / 1.3).toBeCloseTo(1, 5)
  }
})

test('simulated density agrees with theory within 4 standard errors', () => {
  for (const [m, times] of [
    [8, [2, 5, 9, 14]],
    [24, [6, 15, 30, 60]],
    [64, [20, 60, 110, 180]],
    [100, [40, 120, 200, 320]],
    [128, [60, 192, 300, 450]],
  ] as const) {
    const last = times[times.length - 1]
    const theory = densityPath(last, m)
    const runs = 200
    const samples = times.map(() => [] as number[])
    for (let run = 0; run < runs; run++) {
      const path: number[] = [1 / m]
      eoiMatrix({
        rows: m,
        cols: m,
        density: 1,
        stream: Stream.root(run).split('simulation', m),
        onRotation: (_, nonzeros) => path.push(nonzeros / (m * m)),
      })
      // A matrix that is full rotates no further: its density stays 1.
      times.forEach((t, k) => samples[k].push(path[t] ?? 1))
    }
    times.forEach((t, k) => {
      const mean = samples[k].reduce((sum, value) => sum + value, 0) / runs
      const variance = samples[k].reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1)
      expect(Math.abs(mean - theory.density[t])).toBeLessThan(4 * Math.sqrt(variance / runs) + 1e-12)
    })
  }
})

describe('rules of the algorithm', () => {
  test('of the last two matrices, the nearer to the target is kept', () => {
    for (let seed = 0; seed < 40; seed++) {
      const density = 0.1 + 0.02 * seed
      const path: number[] = [20]
      const full = { rows: 20, cols: 20, stream: Stream.root(seed) }
      eoiMatrix({ ...full, density: 1, onRotation: (_, nonzeros) => path.push(nonzeros) })
      const target = density * 400
      const first = path.findIndex((nonzeros) => nonzeros >= target - 1e-9)
      const nearest = target - path[first - 1] < path[first] - target ? path[first - 1] : path[first]
      expect(eoiMatrix({ ...full, density, stream: Stream.root(seed) }).nonzeros).toBe(nearest)
    }
  })

  test('a fixed angle is the only angle used; intervals keep to theirs', () => {
    const angles = settingsOf({ angles: { kind: 'fixed', degrees: 30 } }).angles
    const made = eoiMatrix({ rows: 2, cols: 2, density: 1, angles, stream: Stream.root(1) })
    expect([...made.values].map((value) => Math.round(value * 1e12) / 1e12)).toEqual([
      Math.round(Math.cos(Math.PI / 6) * 1e12) / 1e12,
      -0.5,
      0.5,
      Math.round(Math.cos(Math.PI / 6) * 1e12) / 1e12,
    ])
    for (let seed = 0; seed < 50; seed++) {
      const interval = settingsOf({ angles: { kind: 'interval', from: 10, to: 20 } }).angles
      const two = eoiMatrix({ rows: 2, cols: 2, density: 1, angles: interval, stream: Stream.root(seed) })
      const angle = (Math.atan2(two.values[2], two.values[0]) * 180) / Math.PI
      expect(angle).toBeGreaterThanOrEqual(10)
      expect(angle).toBeLessThanOrEqual(20)
    }
  })

  test('blocks keep the pattern in blocks, pairs in the components of their graph', () => {
    const blocks = eoiMatrix({
      rows: 12,
      cols: 12,
      density: 4 / 12,
      pairs: { kind: 'blocks', size: 4 },
      stream: Stream.root(3),
    })
    blocks.mask.forEach((bit, k) =>
      expect(bit).toBe(Math.floor(k / 12 / 4) === Math.floor((k % 12) / 4) ? 1 : 0),
    )
    const pairs = eoiMatrix({
      rows: 4,
      cols: 4,
      density: 0.5,
      pairs: {
        kind: 'pairs',
        pairs: [
          [0, 2],
          [3, 1],
        ],
      },
      stream: Stream.root(3),
    })
    expect([...pairs.mask]).toEqual([1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1])
  })

  test('depthwise kernels hold ±σ_w at their centres, and the density asked', () => {
    const made = eoi({
      parameter: kernel([3, 3, 10, 1], true),
      density: 0.4,
      mask: null,
      settings: settingsOf({ gain: 2 }),
      stream: Stream.root(4),
    })
    expect([...made.values.slice(40, 50)].map(Math.abs)).toEqual(new Array(10).fill(2))
    expect(new Set(made.values.slice(40, 50)).size).toBe(2)
    expect(countOnes(made.mask)).toBe(36)
    expect(made.values.filter((value) => value !== 0).length).toBe(10)
  })

  test('structured kernels keep whole filters; structured dense kernels stay dense', () => {
    const settings = settingsOf({ structured: true })
    const conv = eoi({
      parameter: kernel([3, 3, 8, 8]),
      density: 0.3,
      mask: null,
      settings,
      stream: Stream.root(5),
    })
    for (let tap = 0; tap < 9; tap++)
      expect(conv.mask.slice(tap * 64, tap * 64 + 64)).toEqual(conv.mask.slice(256, 320))
    conv.values.slice(256, 320).forEach((value, k) => expect(value !== 0).toBe(conv.mask[256 + k] === 1))
    const dense = eoi({
      parameter: kernel([6, 9]),
      density: 0.3,
      mask: null,
      settings,
      stream: Stream.root(5),
    })
    expect(countOnes(dense.mask)).toBe(54)
  })

  test('structured, the convolution of an image’s channels stays dense where asked', () => {
    const request = { density: 0.3, mask: null, stream: Stream.root(5) }
    const settings = settingsOf({ structured: true, denseInput: true })
    const image = eoi({ ...request, parameter: kernel([3, 3, 3, 8]), settings })
    expect(countOnes(image.mask)).toBe(9 * 3 * 8)
    // H is dense and orthogonal, at the centre.
    const h = image.values.slice(4 * 24, 5 * 24)
    expect(h.filter((value) => value === 0)).toHaveLength(0)
    expect(orthogonalityResidual(h, 3, 8)).toBeLessThan(1e-12)
    expect(image.values.filter((value) => value !== 0)).toHaveLength(24)
    const inner = kernel([3, 3, 8, 8])
    expect(eoi({ ...request, parameter: inner, settings })).toEqual(
      eoi({ ...request, parameter: inner, settings: settingsOf({ structured: true }) }),
    )
  })

  test('a kernel below what H needs gets the least H and says so', () => {
    const made = eoi({
      parameter: kernel([3, 3, 8, 8]),
      density: 0.005,
      mask: null,
      settings: settingsOf({}),
      stream: Stream.root(6),
    })
    expect(countOnes(made.mask)).toBe(8)
    expect(made.notes.join()).toContain('less than H needs')
  })
})

describe('impossible requests name what works', () => {
  const small =
    (density: number, more = {}) =>
    () =>
      eoiMatrix({ rows: 6, cols: 8, density, stream: Stream.root(1), ...more })
  test.each([
    ['too sparse', small(0.1), '0.125000 (1/8)'],
    ['more than all', small(1.5), 'to 1'],
    [
      'right angles',
      small(0.5, { angles: settingsOf({ angles: { kind: 'fixed', degrees: 90 } }).angles }),
      'multiple of 90°',
    ],
    ['blocks too small', small(0.5, { pairs: { kind: 'blocks', size: 2 } }), 'at most 0.25'],
    ['pair outside', small(0.5, { pairs: { kind: 'pairs', pairs: [[0, 8]] } }), 'from 0 to 7'],
    [
      'reversed interval',
      small(0.5, { angles: settingsOf({ angles: { kind: 'interval', from: 9, to: 3 } }).angles }),
      'before the start',
    ],
  ])('%s', (_name, attempt, words) => expect(attempt).toThrow(words))

  test('an even kernel has no centre', () => {
    expect(() =>
      eoi({
        parameter: kernel([2, 2, 4, 4]),
        density: 0.5,
        mask: null,
        settings: settingsOf({}),
        stream: Stream.root(1),
      }),
    ).toThrow('The nearest that have one: 1 × 1 and 3 × 3')
  })
})

test('depthwise as published: one vector of norm σ_w over 96 channels, 53 of them nonzero', () => {
  const shape = [3, 3, 96, 1]
  const draw = (more: RunSpecInput['initialization'], variant: 'published' | 'literature') =>
    eoi({
      parameter: kernel(shape, true),
      density: 0.305,
      mask: null,
      settings: settingsOf({ scheme: 'eoi', gain: 1.5, moreNonzeros: true, ...more }),
      stream: Stream.root(2),
      variant,
    })
  const { values, mask } = draw({}, 'published')
  const centre = values.subarray(4 * 96, 5 * 96)
  expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1.5 ** 2, 12)
  expect(centre.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1.5 ** 2, 12)
  expect(centre.filter((value) => value !== 0).length).toBe(53)
  expect(countOnes(mask)).toBe(Math.round(0.305 * 9 * 96))
  expect(draw({}, 'literature').values.filter((value) => value !== 0).length).toBe(96)
  const structured = draw({ structured: true, moreNonzeros: false }, 'published')
  const open = structured.values.subarray(4 * 96, 5 * 96).filter((value) => value !== 0).length
  expect(countOnes(structured.mask)).toBe(9 * open)
})
