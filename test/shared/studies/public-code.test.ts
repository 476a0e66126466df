/** The presets against the settings of the paper's public code, row by row. */
import { describe, expect, it } from 'vitest'
import { presetStudies } from '../../../src/shared/studies/index.ts'
import { presetGrid } from './preset-grids.ts'
import type { GridRun } from '../../../src/shared/studies/grid-run.ts'

const CIFAR_TRAINING = {
  epochs: 200,
  batchSize: 128,
  optimizer: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  nesterov: true,
  weightDecay: 1e-4,
  schedule: 'step',
  milestones: [0.5, 0.75],
  gamma: 0.1,
} as const
const CIFAR = {
  data: {
    name: 'cifar-10',
    augment: true,
    crop: 'usual',
    validation: 0.1,
    validationFrom: 'last',
    standardisation: 'cifar',
  },
  training: CIFAR_TRAINING,
} as const
const MNIST = { name: 'mnist', augment: false, validation: 0.1, validationFrom: 'last' } as const
const LONG = { ...CIFAR_TRAINING, epochs: 100, learningRate: 1e-4 }

type Row = readonly [string, string, (run: GridRun) => boolean, object]
const all = (): boolean => true
const of =
  (axis: string, label: string | RegExp) =>
  ({ labels }: GridRun): boolean =>
    typeof label === 'string' ? labels[axis] === label : label.test(labels[axis])

const ROWS: readonly Row[] = [
  ['Table 1, training', 'table-1', all, { training: LONG }],
  ['Table 1, the MLP’s data', 'table-1', of('Model', 'MLP-1000'), { data: MNIST }],
  [
    'Table 1, the CNN’s data',
    'table-1',
    of('Model', 'CNN-1000'),
    { data: { name: 'cifar-10', validationFrom: 'last', standardisation: 'cifar' } },
  ],
  ['Table 1, SAO’s values', 'table-1', of('Scheme', /^SAO/), { sparsity: { variant: 'published' } }],
  [
    'Table 1, PyTorch’s default',
    'table-1',
    of('Scheme', /^Dense, PyTorch/),
    { initialization: { dense: 'pytorch', gain: 1 } },
  ],
  [
    'Table 1, structured',
    'table-1',
    of('Scheme', /structured/),
    { initialization: { scheme: 'eoi', structured: true, denseInput: true } },
  ],
  ['Table 1, AI', 'table-1', of('Scheme', /-AI/), { initialization: { scheme: 'ai', aiSteps: 1000 } }],
  [
    'Figure 3, spectra',
    'figure-3',
    all,
    {
      data: MNIST,
      training: { spectrum: 'initialization', spectrumInputs: 128, spectrumExamples: 'first-batch' },
    },
  ],
  [
    'Figure 3, training',
    'figure-3-training',
    all,
    { data: MNIST, training: { ...LONG, learningRate: 0.01 } },
  ],
  ['Table 2', 'table-2', all, CIFAR],
  ['Table 3', 'table-3', all, CIFAR],
  ['Figure 13', 'figure-13', all, CIFAR],
  ['Appendix G', 'appendix-g', all, CIFAR],
  ['Appendix I', 'appendix-i', all, { ...CIFAR, dynamic: { interval: 100, until: 1 } }],
  [
    'Appendix I, SET',
    'appendix-i',
    of('Method', 'SET'),
    { dynamic: { fraction: 0.5, fractionEnd: 0.005, growth: 'bernoulli', dropRounding: 'up' } },
  ],
  [
    'Appendix I, RigL',
    'appendix-i',
    of('Method', 'RigL'),
    { dynamic: { fraction: 0.3, fractionEnd: 0.005, dropRounding: 'up' } },
  ],
  [
    'EfficientNet',
    'table-2-efficientnet',
    all,
    {
      model: { dropout: 0.2, stochasticDepth: 0.2 },
      data: {
        name: 'tiny-imagenet',
        standardisation: 'half',
        validationFrom: 'test',
        augment: true,
        crop: 'pad',
        hue: 0.05,
        saturation: 0.05,
        rotation: 10,
      },
    },
  ],
  [
    'DeiT III',
    'appendix-j',
    of('Model', 'DeiT-small'),
    {
      data: { augment: true, threeAugment: true, mixup: 0.8, cutmix: 1, jitter: 0.3, repeats: 3 },
      training: {
        optimizer: 'lamb',
        learningRate: 4e-3,
        batchSize: 2048,
        epochs: 800,
        loss: 'binary-cross-entropy',
        wholeTargets: true,
        labelSmoothing: 0,
        weightDecayOn: 'kernels',
      },
    },
  ],
]

describe('presets against the public code', () => {
  it.each(ROWS)('%s', (_, id, which, expected) => {
    const runs = presetGrid(id).runs.filter(which)
    expect(runs.length).toBeGreaterThan(0)
    for (const { spec } of runs) expect(spec).toMatchObject(expected)
  })

  it('have the rows of its tables', () => {
    const rows = (id: string, axis = 'Scheme') =>
      new Set(presetGrid(id).runs.map(({ labels }) => labels[axis]))
    for (const label of [
      'SAO',
      'Uniform-skip-EOI',
      'ERK-EOI, structured',
      'Uniform-EOI, structured',
      'Dense',
    ])
      expect([...rows('table-1')].some((each) => each.toLowerCase() === label.toLowerCase())).toBe(true)
    for (const id of ['table-1', 'table-2', 'table-3', 'table-2-efficientnet']) {
      for (const name of ['Uniform', 'ERK', 'SNIP', 'GraSP', 'SynFlow'])
        for (const scheme of ['Base', 'AI', 'EOI'])
          expect([...rows(id)].some((each) => each.startsWith(`${name}-${scheme}`))).toBe(true)
      expect([...rows(id)].some((each) => each.startsWith('Dense, PyTorch'))).toBe(true)
    }
    expect([...rows('figure-3-training')]).toContain('Dense')
    expect([...rows('figure-3-training', 'Density')].sort()).toEqual(['0.05', '0.1', 'any'])
    const deep = presetGrid('table-3').runs.filter(({ spec }) => spec.model.activation !== 'relu')
    expect(new Set(deep.map(({ spec }) => spec.sparsity.density))).toEqual(new Set([0.1, 1]))
  })

  it('set nothing in vain', () => {
    for (const { study } of presetStudies())
      expect(
        presetGrid(study.id).problems.filter((problem) => /is set and not used/.test(problem)),
        study.id,
      ).toEqual([])
  })
})
