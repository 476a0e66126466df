import { describe, expect, it } from 'vitest'
import { parseStudy } from '../../../src/shared/spec/parse.ts'
import { MOST_AXES, MOST_SEEDS } from '../../../src/shared/spec/study-schema.ts'
import type { Axis, StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'

const expand = (study: Omit<StudyInput, 'id' | 'title'>) =>
  expandStudy(parseStudy({ id: 'test', title: 'Test', ...study }))

const density: Axis = {
  name: 'Density',
  points: [0.1, 0.5].map((d) => ({ label: String(d), set: { 'sparsity.density': d } })),
}
const scheme: Axis = {
  name: 'Scheme',
  points: [
    { label: 'ERK-Base', set: { 'sparsity.distribution': 'erk' } },
    { label: 'ERK-EOI', set: { 'sparsity.distribution': 'erk', 'initialization.scheme': 'eoi' } },
    { label: 'Dense', set: { 'sparsity.distribution': 'dense', 'sparsity.density': 1 } },
  ],
}

describe('expandStudy', () => {
  it('takes base ∘ axes ∘ seeds, seeds innermost', () => {
    const { runs, duplicates, problems } = expand({
      base: { model: { depth: 3 } },
      axes: [density, { ...scheme, points: scheme.points.slice(0, 2) }],
      seeds: [1, 2, 3],
    })
    expect(runs.map((run) => `${run.labels.Density} ${run.labels.Scheme} ${run.spec.seed}`)).toEqual(
      [0.1, 0.5].flatMap((d) =>
        ['ERK-Base', 'ERK-EOI'].flatMap((s) => [1, 2, 3].map((seed) => `${d} ${s} ${seed}`)),
      ),
    )
    expect(runs.every((run) => run.spec.model.depth === 3)).toBe(true)
    expect(runs.map((run) => run.spec.sparsity.density)).toEqual([
      ...Array(6).fill(0.1),
      ...Array(6).fill(0.5),
    ])
    expect([duplicates, problems]).toEqual([0, []])
    expect(new Set(runs.map((run) => run.identity)).size).toBe(12)
    expect(new Set(runs.map((run) => run.group)).size).toBe(4)
  })

  it('removes duplicates by identity and says on which axis they do not differ', () => {
    const { runs, duplicates } = expand({ axes: [density, scheme], seeds: [1, 2, 2] })
    expect(runs).toHaveLength(10)
    expect(duplicates).toBe(18 - 10)
    expect(runs.filter((run) => run.labels.Scheme === 'Dense').map((run) => run.labels.Density)).toEqual([
      'any',
      'any',
    ])
    expect(runs.filter((run) => run.labels.Scheme === 'ERK-EOI').map((run) => run.labels.Density)).toEqual([
      '0.1',
      '0.1',
      '0.5',
      '0.5',
    ])
  })

  it('applies points on condition of base and earlier axes, and skips an axis without a point', () => {
    const angle: Axis = {
      name: 'Angle',
      points: [1, 80].map((degrees) => ({
        label: `${degrees}°`,
        when: { 'initialization.scheme': 'eoi' },
        set: { 'initialization.angles.kind': 'fixed', 'initialization.angles.degrees': degrees },
      })),
    }
    const { runs } = expand({ axes: [scheme, angle], base: { sparsity: { density: 0.1 } } })
    expect(runs.map((run) => run.labels)).toEqual([
      { Scheme: 'ERK-Base' },
      { Scheme: 'ERK-EOI', Angle: '1°' },
      { Scheme: 'ERK-EOI', Angle: '80°' },
      { Scheme: 'Dense' },
    ])
  })

  it('leaves out excluded combinations and counts them', () => {
    const { runs, excluded } = expand({
      axes: [density, { ...scheme, points: scheme.points.slice(0, 2) }],
      seeds: [1, 2],
      exclude: [{ 'sparsity.density': 0.5, 'initialization.scheme': 'eoi' }],
    })
    expect([runs.length, excluded]).toEqual([6, 2])
  })

  it('reports problems once with where they were met, and goes on', () => {
    const { runs, problems, failed } = expand({
      axes: [
        {
          name: 'Density',
          points: [1.5, 0.5, 0.25].map((d) => ({ label: String(d), set: { 'sparsity.density': d } })),
        },
      ],
    })
    expect(failed).toBe(true)
    expect(runs).toHaveLength(2)
    expect(problems).toHaveLength(3)
    expect(problems[0]).toMatch(/is 1\.5; it must be .* \(Density: 1\.5\)$/)
    expect(problems[1]).toMatch(/Distribution dense keeps every weight.* \(Density: 0\.5\)$/)
  })

  it('brings each family’s own defaults on a model axis', () => {
    const { runs } = expand({
      base: { data: { name: 'cifar-10' } },
      axes: [
        {
          name: 'Model',
          points: ['cnn', 'resnet', 'vgg'].map((name) => ({ label: name, set: { 'model.name': name } })),
        },
      ],
    })
    expect(runs.map((run) => [run.spec.model.depth, run.spec.model.activation])).toEqual([
      [32, 'tanh'],
      [20, 'relu'],
      [16, 'relu'],
    ])
  })

  it('expands 10,000 runs and refuses a million', () => {
    const many = (name: string, path: string, count: number) => ({
      name,
      points: Array.from({ length: count }, (_, index) => ({
        label: String(index),
        set: { [path]: index + 1 },
      })),
    })
    const seeds = Array.from({ length: 5 }, (_, index) => index)
    const { runs } = expand({
      axes: [many('Depth', 'model.depth', 50), many('Width', 'model.width', 40)],
      seeds,
    })
    expect(runs).toHaveLength(10_000)
    expect(() => expand({ axes: [many('A', 'model.depth', 1000), many('B', 'model.width', 1000)] })).toThrow(
      /more than 100000 runs/,
    )
  })

  it('takes no more axes and seeds than a study can mean', () => {
    const seeds = Array.from({ length: MOST_SEEDS + 1 }, (_, seed) => seed)
    const axes = Array.from({ length: MOST_AXES + 1 }, (_, index) => ({
      ...density,
      name: `Density ${index}`,
    }))
    const named = { id: 'test', title: 'Test' }
    expect(() => parseStudy({ ...named, seeds })).toThrow(/seeds is a list of 10001: at most 10000/)
    expect(() => parseStudy({ ...named, axes })).toThrow(/axes is a list of 101: at most 100/)
    expect(parseStudy({ ...named, seeds: seeds.slice(1) }).seeds).toHaveLength(MOST_SEEDS)
    expect(parseStudy({ ...named, axes: axes.slice(1) }).axes).toHaveLength(MOST_AXES)
  })
})
