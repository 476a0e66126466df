/** Theory against drawn networks, where it holds and where it does not. */
import { describe, expect, test } from 'vitest'
import { drawnWeights, measureNetworks } from '../../../src/engine/laboratory/network-spectrum.ts'
import { singularValues } from '../../../src/engine/linalg/singular-values.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { theoryFigure } from '../../../src/shared/figure/theory.ts'
import { predictSpectrum } from '../../../src/shared/theory/jacobian-spectrum.ts'
import { criticalGain, criticalPoint } from '../../../src/shared/theory/mean-field.ts'
import type { MeasureInput } from '../../../src/shared/theory/requests.ts'
import { measureSchema, THEORY_FIGURES } from '../../../src/shared/theory/requests.ts'

const measure = (input: MeasureInput) => measureNetworks(measureSchema.parse(input))
const TANH = { activation: 'tanh', gain: 1.2, biasStd: 0.3 } as const

describe('few nonzeros a row', () => {
  // What mean-field theory misses, the recursion over rows as they are has: depth, density, activation.
  test.each([
    { ...TANH, depth: 8, density: 0.25, above: 0.2 },
    { ...TANH, depth: 8, density: 0.1, above: 0.3 },
    { ...TANH, depth: 4, density: 0.1, above: 0.1 },
    { ...TANH, gain: 1.5, depth: 6, density: 0.1, above: 0.3 },
    { activation: 'sigmoid', gain: 4, biasStd: 0.2, depth: 4, density: 0.1, above: -0.45 },
    { activation: 'hard-tanh', gain: 1.2, biasStd: 0.3, depth: 6, density: 0.15, above: 0.05 },
  ] as const)('$activation, $depth layers, density $density: the mean lies off theory', async (point) => {
    const { above, ...network } = point
    const measured = await measure({ ...network, scheme: 'eoi', width: 96, networks: 8 })
    const last = measured.depths[network.depth - 1]
    const theory = predictSpectrum({ ...network, scheme: 'eoi' }).meanSquared ?? NaN
    const { mean, error } = last.meanSquared
    expect(mean / theory - 1).toBeGreaterThan(above)
    // Of sigmoid, which is not odd, it lies below.
    if (above < 0) expect(mean / theory).toBeLessThan(0.85)
    expect(Math.abs(mean - last.corrected)).toBeLessThan(4 * error + 0.03 * mean)
    expect(measured.rowFourthMoment).toBeGreaterThan(0.2)
  })
})

describe('where theory holds', () => {
  test.each([
    { activation: 'linear', gain: 1, biasStd: 0, depth: 10, scheme: 'eoi', density: 0.1 },
    { ...TANH, depth: 6, scheme: 'eoi', density: 1 },
    { ...TANH, depth: 6, scheme: 'scaled-base', density: 0.5 },
    { activation: 'relu', gain: Math.SQRT2, biasStd: 0, depth: 3, scheme: 'gaussian', density: 0.5 },
  ] as const)(
    '$activation, $scheme, density $density: mean, and recursion, are theory’s',
    async (network) => {
      const { depths } = await measure({ ...network, width: 96, networks: 8 })
      const last = depths[network.depth - 1]
      const { meanSquared, varianceOverMeanSquared } = predictSpectrum(network)
      const [mean, variance] = [meanSquared ?? NaN, varianceOverMeanSquared ?? NaN]
      expect(Math.abs(last.meanSquared.mean - mean)).toBeLessThan(4 * last.meanSquared.error + 0.03 * mean)
      expect(Math.abs(last.corrected / mean - 1)).toBeLessThan(0.06)
      const found = last.varianceOverMeanSquared
      expect(Math.abs(found.mean - variance)).toBeLessThan(4 * found.error + 0.12 * variance + 1e-9)
    },
  )

  test('a linear EOI network is an isometry behind every layer, exactly', async () => {
    const network = {
      activation: 'linear',
      gain: 1,
      biasStd: 0,
      depth: 12,
      scheme: 'eoi',
      density: 0.05,
    } as const
    for (const { meanSquared, varianceOverMeanSquared, corrected } of (
      await measure({ ...network, width: 64 })
    ).depths) {
      expect(meanSquared.mean).toBeCloseTo(1, 10)
      expect(varianceOverMeanSquared.mean).toBeCloseTo(0, 10)
      expect(corrected).toBeCloseTo(1, 1)
    }
  })
})

test('the same request gives the same numbers; deeper networks share the first layers', async () => {
  const request = { ...TANH, depth: 3, density: 0.5, width: 32, networks: 3 }
  const [first, again] = [await measure(request), await measure(request)]
  expect(again).toEqual(first)
  expect((await measure({ ...request, seed: 2 })).depths[0]).not.toEqual(first.depths[0])
})

test.each(['eoi', 'base', 'scaled-base', 'gaussian'] as const)('%s is drawn with its variance', (scheme) => {
  const side = 96
  const values = drawnWeights({ scheme, density: 0.25 }, side, Stream.root(5))
  const square = values.reduce((sum, value) => sum + value * value, 0) / side
  expect(Math.abs(square - (scheme === 'base' ? 0.25 : 1))).toBeLessThan(0.06)
  expect(values.filter((value) => value !== 0).length / side ** 2).toBeCloseTo(0.25, 1)
  if (scheme !== 'eoi') return
  for (const value of singularValues(values, side, side)) expect(value).toBeCloseTo(1, 10)
})

test.each(['tanh', 'hard-tanh'] as const)(
  '%s: points of the critical line are critical gains',
  (activation) => {
    for (const q of [0.3, 1, 2]) {
      const point = criticalPoint(activation, q)
      expect(point).not.toBeNull()
      expect(criticalGain(activation, point?.biasStd ?? NaN)).toBeCloseTo(point?.gain ?? NaN, 8)
    }
  },
)

test('figures: the point on the line, the depth, theory beside what was measured', async () => {
  const network = measureSchema.parse({ depth: 3, width: 32, networks: 3 })
  const { width: _w, networks: _n, seed: _s, ...asked } = network
  const measured = await measureNetworks(network)
  const [line, scale, mean, variance] = THEORY_FIGURES.map((figure) =>
    theoryFigure({ figure, network: asked, measured }),
  )
  expect(line.series[1].points).toEqual([{ x: 0.00448, y: 1.0247 }])
  // The point of the paper lies on the line.
  const after = line.series[0].points.findIndex(({ x }) => x > 0.00448)
  expect(line.series[0].points[after - 1].y).toBeLessThan(1.0247)
  expect(line.series[0].points[after].y).toBeGreaterThan(1.0247)
  expect(line.series[0].points[after].y).toBeLessThan(1.05)
  expect(scale.references).toEqual([{ label: 'depth 3', y: 3 }])
  expect(mean.series.map(({ label }) => label)).toEqual(['mean-field theory', 'rows as they are', 'measured'])
  expect(mean.series[2].points).toHaveLength(3)
  const last = variance.series[0].points.at(-1)
  expect(last?.y).toBeCloseTo(predictSpectrum(asked).varianceOverMeanSquared ?? NaN, 10)
})
