import { describe, expect, it } from 'vitest'
import { inputOf } from '../../../src/shared/spec/data-shapes.ts'
import { parseSpec, parseStudy } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { MATCHES } from '../../../src/shared/spec/study-schema.ts'
import { denseReference, NOT_THE_SAME } from '../../../src/shared/studies/dense-reference.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { DENSE_POINT, densePoints } from '../../../src/shared/studies/points.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { costOf, totalCost } from '../../../src/shared/graph/cost.ts'
import { countParameters, parametersOf } from '../../../src/shared/graph/parameters.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { withoutDeviation } from '../../../src/shared/format/deviation.ts'

const graphOf = (spec: ReturnType<typeof parseSpec>) => {
  const { input, classes } = inputOf(spec.data, {})
  return buildModel(spec.model, input, classes)
}

/** Parameters and operations of the sparse network, by the engine's own distribution. */
async function sparseCounts(spec: ReturnType<typeof parseSpec>) {
  const graph = graphOf(spec)
  const parameters = parametersOf(graph)
  const kernels = parameters.filter(({ maskable }) => maskable)
  const { layers } = await densities('erk', {
    kernels,
    density: spec.sparsity.density,
    variant: 'literature',
    stream: Stream.root(1),
  })
  const { parameters: all, maskable } = countParameters(parameters)
  const byName = new Map(layers.map(({ parameter, density }) => [parameter.name, density]))
  return {
    parameters: all - maskable + layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0),
    operations: totalCost(costOf(graph, byName)).sparse,
  }
}

const FAMILIES: readonly RunSpecInput[] = [
  { model: { name: 'mlp', depth: 30, width: 128 } },
  { model: { name: 'cnn', depth: 8, width: 128 }, data: { name: 'cifar-10' } },
  { model: { name: 'resnet', depth: 20 }, data: { name: 'cifar-10' } },
  { model: { name: 'vgg', depth: 16 }, data: { name: 'cifar-10' } },
  { model: { name: 'efficientnet-b0' }, data: { name: 'tiny-imagenet' } },
  { model: { name: 'resnet-50' }, data: { name: 'image-folder', path: 'x', size: 64 } },
  { model: { name: 'deit-tiny' }, data: { name: 'cifar-10' } },
]
const sparsity = (density: number) => ({ distribution: 'erk' as const, density })

describe('dense references', () => {
  it.each(FAMILIES.map((spec) => [spec.model?.name, spec] as const))(
    '%s: what was solved is what the dense network has, near what the sparse one has',
    async (_, input) => {
      let within = 0
      for (const density of [0.1, 0.4]) {
        const spec = parseSpec({ ...input, sparsity: sparsity(density) })
        const sparse = await sparseCounts(spec)
        for (const match of ['parameters-by-width', 'operations-by-width'] as const) {
          const what = match === 'parameters-by-width' ? 'parameters' : 'operations'
          // DeiT's width is heads of 64, so that no width may be near.
          if (spec.model.name === 'deit-tiny' && density === 0.4) {
            expect(() => denseReference(spec, match)).toThrow(/No dense deit-tiny has the/)
            continue
          }
          const { multiplier, reached, deviation } = denseReference(spec, match)
          const dense = graphOf({ ...spec, model: { ...spec.model, widthMultiplier: multiplier } })
          const counts = {
            parameters: countParameters(parametersOf(dense)).parameters,
            operations: totalCost(costOf(dense)).dense,
          }
          expect(reached).toBe(counts[what])
          expect(deviation).toBeCloseTo(counts[what] / sparse[what] - 1, 4)
          expect(Math.abs(deviation)).toBeLessThan(NOT_THE_SAME)
          if (Math.abs(deviation) <= 0.01) within++
        }
      }
      if (input.model?.name !== 'deit-tiny') expect(within).toBeGreaterThan(0)
    },
  )

  it('are the nearest of all widths and of all depths', () => {
    const parameters = (depth: number, width: number) =>
      785 * width + (depth - 1) * (width + 1) * width + (width + 1) * 10
    for (const density of [0.02, 0.05, 0.125, 0.25, 0.5, 0.9]) {
      const spec = parseSpec({ model: { depth: 30, width: 128 }, sparsity: sparsity(density) })
      const { target, reached } = denseReference(spec, 'parameters-by-width')
      const widths = Array.from({ length: 128 }, (_, k) => parameters(30, k + 1))
      const away = (count: number) => Math.abs(count - target)
      expect(away(reached)).toBe(Math.min(...widths.map(away)))
      if (density < 0.25) continue
      const byDepth = denseReference(spec, 'parameters-by-depth')
      const depths = Array.from({ length: 30 }, (_, k) => parameters(k + 1, 128))
      expect(away(byDepth.reached)).toBe(Math.min(...depths.map(away)))
    }
  })

  it('are refused where there is none: no such multiplier, no such size, scores', () => {
    const vgg = parseSpec({ model: { name: 'vgg' }, data: { name: 'cifar-10' }, sparsity: sparsity(0.1) })
    expect(() => denseReference(vgg, 'parameters-by-depth')).toThrow(/vgg has no depthMultiplier/)
    const mlp = parseSpec({ sparsity: sparsity(0.02) })
    expect(() => denseReference(mlp, 'parameters-by-depth')).toThrow(/the nearest has 79510, not 3200/)
    const snip = parseSpec({ sparsity: { distribution: 'snip', density: 0.3 } })
    expect(denseReference(snip, 'parameters-by-width').target).toBe(130010 - 129400 + 38820)
    expect(() => denseReference(snip, 'operations-by-width')).toThrow(/known when its scores are taken/)
  })

  const study = (densities: readonly number[]) =>
    parseStudy({
      id: 'x',
      title: 'x',
      base: { model: { depth: 30, width: 128 } },
      axes: [
        {
          name: 'Density',
          points: densities.map((each) => ({ label: String(each), set: { 'sparsity.density': each } })),
        },
        { name: 'Scheme', points: [DENSE_POINT, ...densePoints(MATCHES)] },
      ],
    })

  it('are points of a study, whose labels tell what does not agree within one per cent', () => {
    const { runs, problems, failed } = expandStudy(study([0.02, 0.5]))
    expect(failed).toBe(false)
    expect(runs.map(({ labels }) => labels.Scheme)).toEqual([
      'Dense',
      'Dense, same parameters by width (+1.6 %)',
      'Dense, same operations by width (−6.0 %)',
      'Dense, same parameters by width / Dense, same operations by width',
      'Dense, same parameters by depth (+2.6 %)',
    ])
    expect(runs.every(({ spec }) => spec.sparsity.density === 1)).toBe(true)
    expect(problems).toEqual([
      expect.stringMatching(/same parameters by depth is left out: .* the nearest has 101770, not 15371/),
    ])
    expect(withoutDeviation(runs[1].labels.Scheme)).toBe('Dense, same parameters by width')
  })

  it('are left out where nothing is sparse', () => {
    const { runs } = expandStudy(study([1]))
    expect(runs.map(({ labels }) => labels)).toEqual([{ Density: '1', Scheme: 'Dense' }])
  })
})
