import { describe, expect, it } from 'vitest'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { countParameters, parametersOf } from '../../../src/shared/graph/parameters.ts'
import { presetStudies, presetStudy, presets } from '../../../src/shared/studies/index.ts'
import { presetGrid } from './preset-grids.ts'

const all = presetStudies()
const SHAPES = {
  mnist: [28, 28, 1],
  'fashion-mnist': [28, 28, 1],
  'cifar-10': [32, 32, 3],
  'cifar-100': [32, 32, 3],
  'tiny-imagenet': [64, 64, 3],
  'image-folder': [224, 224, 3],
  file: [4],
  text: [64],
} as const

describe('presets', () => {
  it('are named by their study’s id, which is unique', () => {
    for (const [name, preset] of Object.entries(presets)) expect(preset.study.id).toBe(name)
    expect(new Set(all.map((each) => each.study.id)).size).toBe(all.length)
    expect(() => presetStudy('quick-strat')).toThrow(
      /Did you mean “quick-start”\? Known: quick-start, equal-footing/,
    )
  })

  it.each(all.map((each) => [each.study.id, each] as const))(
    '%s expands into sound runs whose models can be built',
    (id, { study, preset }) => {
      const { runs, problems, failed } = presetGrid(study.id)
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
    const counts = Object.fromEntries(
      all.map((each) => [each.study.id, presetGrid(each.study.id).runs.length]),
    )
    expect(counts).toMatchObject({
      'quick-start': 15,
      'one-axis-equal-cost-reduced': (3 * 10 + 1) * 3,
      'figure-3': 4 * 12 * 20 * 5,
      // Structured EOI is for convolutions alone.
      'table-1': (2 * 24 + 2) * 5,
      'table-2': (2 * 2 * 20 + 2 * 2) * 5,
      'table-2-efficientnet': 22 * 5,
      // Ten pairs of model and activation at density 0.1, two of them at 0.05 too; two dense rows each.
      'table-3': ((10 + 2) * 20 + 10 * 2) * 5,
      'figure-5': (8 * 6 * 3 + 8) * 3,
      'appendix-g': 15,
      'appendix-i': 45,
      'appendix-j': 6,
      // Four schemes, and dense networks of the same parameters (by depth from density 0.2 on), operations.
      'figure-13': (6 * 4 + 6 + 6 + 3 + 1) * 5,
      // Three distributions with three schemes in two definitions; those of SNIP are one for ResNet.
      'audit-published': (2 * 3 * 3 - 3) * 5,
    })
  })

  it('have the one axis at the cost of its dense row, else as it is', () => {
    const runsOf = (id: string) => presetGrid(id).runs
    const at = runsOf('one-axis-equal-cost-reduced')
    const plain = runsOf('one-axis-reduced')
    expect(at.map(({ labels }) => labels)).toEqual(plain.map(({ labels }) => labels))
    const dense = (run: (typeof at)[number]) => run.labels.Method === 'Dense'
    expect(at.filter(dense).map(({ spec }) => spec)).toEqual(plain.filter(dense).map(({ spec }) => spec))
    const budgets = new Set(at.filter((run) => !dense(run)).map(({ spec }) => spec.training.operations))
    // Six a weight and example: 170,000 weights, 30,000 examples in whole batches, five epochs.
    expect([...budgets].map((each) => each / (6 * 169_400 * 128 * 234 * 5))).toEqual([expect.closeTo(1, 2)])
  })

  it('keep the quick start as the README tells it', () => {
    const { runs } = presetGrid('quick-start')
    expect([...new Set(runs.map((run) => run.labels.Scheme))]).toEqual([
      'ERK-Base',
      'ERK-scaled Base',
      'ERK-AI (1,000 steps)',
      'ERK-EOI',
      'Dense',
    ])
    expect(runs[9].spec).toMatchObject({
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
    const sao = presetGrid('figure-5').runs.filter((run) => run.spec.initialization.scheme === 'sao')
    expect(sao).toHaveLength(8 * 6 * 3)
    for (const { spec } of sao)
      expect(spec.initialization.saoDegree).toBe(spec.model.width * spec.sparsity.density)
  })

  it('are the public code’s where a number can be held against it', () => {
    const specs = (id: string) => presetGrid(id).runs
    const [mlp] = specs('table-1').filter(({ labels }) => labels.Model === 'MLP-1000')
    const cnns = specs('table-1').filter(({ labels }) => labels.Model === 'CNN-1000')
    const graph = buildModel(cnns[0].spec.model, [32, 32, 3], 10)
    expect(graph.nodes.filter(({ kind }) => kind === 'conv')).toHaveLength(997)
    expect(countParameters(parametersOf(graph)).parameters).toBe(147_017_738)
    expect(parametersOf(graph).at(-2)?.shape).toEqual([2048, 10])
    const layers = buildModel(mlp.spec.model, [28, 28, 1], 10).nodes.filter(({ kind }) => kind === 'dense')
    expect(layers).toHaveLength(1000)
    for (const { spec, labels } of cnns) {
      const dense = labels.Scheme === 'Dense' ? 'delta-orthogonal' : 'conv-orthogonal'
      if (!labels.Scheme.startsWith('Dense,')) expect(spec.initialization.dense).toBe(dense)
    }
    for (const id of ['table-1', 'figure-3-training', 'table-2', 'table-3']) {
      for (const { spec } of specs(id)) {
        expect(spec.training).toMatchObject({ schedule: 'step', milestones: [0.5, 0.75], gamma: 0.1 })
      }
    }
    const activations = new Set(specs('figure-3').map(({ spec }) => spec.model.activation))
    expect([...activations].sort()).toEqual(['hard-tanh', 'linear', 'relu', 'tanh'])
    expect(specs('figure-3')[0].spec.training.spectrumInputs).toBe(128)
    for (const { spec } of specs('table-2-efficientnet'))
      expect(spec.model).toMatchObject({ dropout: 0.2, stochasticDepth: 0.2 })
    const standard = specs('table-2').find(({ labels }) => labels.Scheme.startsWith('Dense, PyTorch'))
    expect(standard?.spec.initialization).toMatchObject({ dense: 'pytorch', gain: 1 })
  })

  it('give AI the paper’s steps, and no preset fewer that does not say so', () => {
    const few = ['table-1', 'table-1-reduced', 'quick-start', 'gpt-text-reduced']
    for (const { study } of all) {
      const runs = presetGrid(study.id).runs.filter(({ spec }) => spec.initialization.scheme === 'ai')
      for (const { spec, labels } of runs) {
        expect(spec.initialization.aiSteps).toBe(few.includes(study.id) ? 1000 : 10_000)
        const told = Object.values(labels).join().includes('(1,000 steps)')
        // A thousand layers took a thousand steps in the paper.
        expect(told).toBe(few.includes(study.id) && study.id !== 'table-1')
      }
    }
  })

  it('hold EOI against scaled Base wherever they hold it against Base', () => {
    for (const { study } of all) {
      const of = (scheme: string) =>
        new Set(
          presetGrid(study.id)
            .runs.filter(({ spec }) => spec.initialization.scheme === scheme && spec.sparsity.density < 1)
            .map(({ spec }) => JSON.stringify([spec.model, spec.sparsity, spec.dynamic])),
        )
      const [base, scaled, eoi] = [of('base'), of('scaled-base'), of('eoi')]
      const compared = [...base].filter((place) => eoi.has(place))
      if (study.id.startsWith('appendix-f') || study.id.startsWith('figure-5')) continue
      expect(compared.filter((place) => !scaled.has(place))).toEqual([])
    }
  })

  it('split and standardise as the public code does', () => {
    const trained = all.filter(({ study, preset }) => study.source !== '' && preset.kind !== 'timing')
    for (const { study, preset } of trained) {
      if (preset.kind === 'parameters' || preset.kind === 'kernel' || study.id.startsWith('appendix-j'))
        continue
      for (const { spec } of presetGrid(study.id).runs) {
        const { name, validation, validationFrom, standardisation } = spec.data
        const efficient = spec.model.name === 'efficientnet-b0'
        expect(validationFrom).toBe(name === 'tiny-imagenet' ? 'test' : 'last')
        expect(validation).toBe(0.1)
        expect(standardisation).toBe(efficient ? 'half' : name === 'mnist' ? 'own' : 'cifar')
        if (spec.training.spectrum !== 'none') expect(spec.training.spectrumExamples).toBe('first-batch')
        if (spec.initialization.structured) expect(spec.initialization.denseInput).toBe(true)
      }
    }
  })

  it('show every rival on equal footing, at one budget', () => {
    for (const id of ['equal-footing', 'equal-footing-reduced']) {
      const { runs, searched, problems } = presetGrid(id)
      const labels = new Set(runs.map((run) => run.labels.Scheme))
      for (const label of ['ERK-Base', 'ERK-scaled Base', 'ERK-AI', 'ERK-EOI', 'ERK-EOI (shuffled)'])
        expect(labels).toContain(label)
      expect([...labels].join()).toMatch(/ERK-AI \(to residual 0.6\)/)
      expect([...labels].join()).toMatch(/Dense, same parameters by width/)
      const groups = new Set(runs.map(({ group }) => group)).size
      const { search } = presetStudy(id).study
      expect(searched).toHaveLength(groups * (search?.rates.length ?? 0) * (search?.seeds.length ?? 0))
      for (const problem of problems) expect(problem).toMatch(/is left out|shuffled/)
    }
  })
})
