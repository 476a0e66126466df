/**
 * Not in the paper: is sparsity at initialization worth having against masks that change in training and
 * pruning after it? All at equal final density, against density and against what training costs.
 */
import type { Axis, StudyInput } from '../spec/study-schema.ts'
import { CIFAR_BASE, DENSE_POINT, FIVE_SEEDS, MNIST, densityAxis } from './points.ts'
import type { Preset } from './types.ts'

type Point = Axis['points'][number]

const from = (distribution: string, scheme: string): Point['set'] => ({
  'sparsity.distribution': distribution,
  'initialization.scheme': scheme,
})

/** What begins sparse begins with the variance that masking takes; else the deep network dies at once. */
const scaled = from('erk', 'scaled-base')

/** Updates every `interval` steps; pruning is over after three quarters of training, as growth is. */
const points = (interval: number, rewindStep: number): Point[] => {
  const moving = { 'dynamic.interval': interval }
  return [
    { label: 'ERK-EOI', set: from('erk', 'eoi') },
    { label: 'ERK-scaled Base', set: from('erk', 'scaled-base') },
    { label: 'SNIP-scaled Base', set: from('snip', 'scaled-base') },
    { label: 'SynFlow-scaled Base', set: from('synflow', 'scaled-base') },
    { label: 'SET', set: { ...scaled, 'dynamic.method': 'set', ...moving } },
    { label: 'RigL', set: { ...scaled, 'dynamic.method': 'rigl', ...moving } },
    { label: 'GMP', set: { 'dynamic.method': 'gmp', ...moving } },
    {
      label: 'GraNet',
      set: { ...scaled, 'dynamic.method': 'granet', 'dynamic.startDensity': 0.5, ...moving },
    },
    { label: 'One-shot', set: { 'dynamic.method': 'one-shot' } },
    { label: 'IMP', set: { 'dynamic.method': 'imp', 'dynamic.rewindStep': rewindStep } },
    DENSE_POINT,
  ]
}

const MLP_MNIST = {
  'model.name': 'mlp',
  'model.depth': 10,
  'model.width': 100,
  'model.activation': 'tanh',
  'data.name': MNIST.name,
  'data.validationFrom': MNIST.validationFrom,
  'data.standardisation': 'own',
  'data.augment': false,
  'initialization.dense': 'orthogonal',
  'initialization.moreNonzeros': false,
  'training.learningRate': 0.02,
}

const WHOLE: StudyInput = {
  id: 'one-axis',
  title: 'From initialization to after training',
  description:
    'MLP-10 on MNIST and ResNet-20 on CIFAR-10 at densities 0.05, 0.125 and 0.25: sparse from the start ' +
    '(ERK-EOI; ERK, SNIP and SynFlow with scaled Base), masks that move (SET, RigL), pruning in training ' +
    '(GMP, GraNet from density 0.5) and after it (one-shot, IMP rewound to an early step), and dense. ' +
    'Compare at equal density, and in the Pareto chart against training operations.',
  source: '',
  base: { ...CIFAR_BASE },
  axes: [
    {
      name: 'Model',
      points: [
        { label: 'MLP-10', set: { ...MLP_MNIST, 'training.epochs': 20 } },
        { label: 'ResNet-20', set: { 'model.name': 'resnet', 'model.depth': 20 } },
      ],
    },
    densityAxis([0.05, 0.125, 0.25]),
    { name: 'Method', points: points(100, 1000) },
  ],
  seeds: FIVE_SEEDS,
}

const REDUCED: StudyInput = {
  id: 'one-axis-reduced',
  title: 'From initialization to after training, reduced: less than an hour',
  description:
    'MLP-10 on 30,000 digits, five epochs, densities 0.05, 0.125 and 0.25, three seeds. IMP trains 15, ' +
    '11 and 8 times.',
  source: '',
  base: { ...CIFAR_BASE },
  axes: [
    {
      name: 'Model',
      points: [{ label: 'MLP-10', set: { ...MLP_MNIST, 'training.epochs': 5, 'data.limit': 30_000 } }],
    },
    densityAxis([0.05, 0.125, 0.25]),
    { name: 'Method', points: points(20, 50) },
  ],
  seeds: [1, 2, 3],
}

export const oneAxis: Preset = {
  kind: 'train',
  needs: { data: ['mnist', 'cifar-10'], device: 'gpu' },
  expected:
    'The literature has pruning in and after training ahead at equal density, and IMP, which trains ' +
    'many times, dearest by far: look at both charts. Measured (reduced): IMP is ahead at ' +
    'every density, and at a quarter of the weights passes the dense network, for four times its ' +
    'operations; GraNet is second at 0.05 and 0.125; GMP and one-shot pruning are ahead of what is sparse ' +
    'from the start at 0.25 alone.',
  study: WHOLE,
  reduced: REDUCED,
}

/** Of the dense row: what everybody pays who trains a network at all. */
const BUDGET = { row: { Method: DENSE_POINT.label } }

export const oneAxisEqualCost: Preset = {
  kind: 'train',
  needs: oneAxis.needs,
  expected:
    'At equal epochs the order at equal cost turns against what trains dense or often; here each row ' +
    'spends the operations of the dense network’s training as its method has it. Measured (reduced): ' +
    'GraNet ends highest at 0.05 and 0.125, GMP at 0.25; EOI is first among fixed masks by 0 to 0.2 ' +
    'points; IMP and one-shot pruning lose their lead.',
  study: {
    ...WHOLE,
    id: 'one-axis-equal-cost',
    title: 'From initialization to after training, at equal cost',
    description:
      'As “From initialization to after training”, but each row trains for the operations of the dense ' +
      'network of its model: at density 0.05 for about twenty times the epochs, the rounds of IMP each ' +
      'for a fraction. Intervals between changes of masks and the rewinding step stay as they are.',
    budget: BUDGET,
  },
  reduced: {
    ...REDUCED,
    id: 'one-axis-equal-cost-reduced',
    title: 'From initialization to after training, at equal cost, reduced: under an hour',
    description:
      'MLP-10 on 30,000 digits, densities 0.05, 0.125 and 0.25, three seeds; every row trains for the ' +
      'operations of five dense epochs: sparse from the start 18 to 100 epochs, IMP about one a round.',
    budget: BUDGET,
  },
}
