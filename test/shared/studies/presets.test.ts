import { describe, expect, it } from 'vitest'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { expandStudy } from '../../../src/shared/studies/grid.ts'
import { presetStudies, presetStudy, presets } from '../../../src/shared/studies/index.ts'

const all = presetStudies()
const SHAPES = {
  mnist: [28, 28, 1],
  'fashion-mnist': [28, 28, 1],
  'cifar-10': [32, 32, 3],
  'cifar-100': [32, 32, 3],
  'tiny-imagenet': [64, 64, 3],
  'image-folder': [224, 224, 3],
  file: [4],
} as const

describe('presets', () => {
  it('are named by their study’s id, which is unique', () => {
    for (const [name, preset] of Object.entries(presets)) expect(preset.study.id).toBe(name)
    expect(new Set(all.map((each) => each.study.id)).size).toBe(all.length)
    expect(() => presetStudy('quick-strat')).toThrow(
      /Did you mean “quick-start”\? Known: quick-start, figure-3/,
    )
  })

  it.each(all.map((each) => [each.study.id, each] as const))(
    '%s expands into sound runs whose models can be built',
    (id, { study, preset }) => {
      const { runs, problems, failed } = expandStudy(study)
      expect(runs.length).toBeGreaterThan(0)
      // Only the user knows where ImageNet lies.
      const wanted = id === 'appendix-j' ? [expect.stringMatching(/data\.path/)] : []
      const errors = failed ? problems.filter((problem) => !problem.includes('EOI at density 1')) : []
      expect(errors).toEqual(wanted)
      const models = new Map(
        runs.map((run) => [JSON.stringify([run.spec.model, run.spec.data.name]), run.spec]),
      )
      for (const spec of models.values()) {
        const shape = SHAPES[spec.data.name]
        expect(buildModel(spec.model, shape, 10).classes).toBe(10)
      }
      if (preset.kind !== 'train') expect(runs.every((run) => run.spec.training.epochs === 0)).toBe(true)
      else expect(runs.every((run) => run.spec.training.epochs > 0)).toBe(true)
      const used = new Set(runs.map((run) => run.spec.data.name))
      if (study.id === preset.study.id && preset.kind === 'train')
        expect([...used].sort()).toEqual([...preset.needs.data].sort())
    },
  )

  it('have the paper’s sizes', () => {
    const counts = Object.fromEntries(all.map((each) => [each.study.id, expandStudy(each.study).runs.length]))
    expect(counts).toMatchObject({
      'quick-start': 6,
      'figure-3': 5 * 12 * 15 * 5,
      'table-1': 2 * 17 * 5,
      'table-2': (2 * 2 * 15 + 2) * 5,
      'table-2-efficientnet': 16 * 5,
      'table-3': (2 * 4 + 2) * (2 * 3 + 1) * 5,
      'figure-5': (8 * 6 * 3 + 8) * 3,
      'appendix-g': 15,
      'appendix-i': 30,
      'appendix-j': 4,
      // Three schemes, and dense networks of the same parameters (by depth from density 0.2 on), operations.
      'figure-13': (6 * 3 + 6 + 6 + 3 + 1) * 5,
      'audit-published': 60,
    })
  })

  it('keep the quick start as the README tells it', () => {
    const { runs } = expandStudy(presetStudy('quick-start').study)
    expect([...new Set(runs.map((run) => run.labels.Scheme))]).toEqual(['ERK-Base', 'ERK-EOI', 'Dense'])
    expect(runs[2].spec).toMatchObject({
      model: { name: 'mlp', depth: 100, width: 128, activation: 'tanh' },
      sparsity: { density: 0.125, distribution: 'erk' },
      initialization: { scheme: 'eoi', gain: 1.0247, biasStd: 0.00448 },
      training: {
        epochs: 1,
        batchSize: 128,
        learningRate: 0.01,
        nesterov: true,
        momentum: 0.9,
        weightDecay: 1e-4,
      },
    })
  })

  it('give SAO a degree that divides, at every size and density of Figure 5', () => {
    const sao = expandStudy(presetStudy('figure-5').study).runs.filter(
      (run) => run.spec.initialization.scheme === 'sao',
    )
    expect(sao).toHaveLength(8 * 6 * 3)
    for (const { spec } of sao)
      expect(spec.initialization.saoDegree).toBe(spec.model.width * spec.sparsity.density)
  })
})
