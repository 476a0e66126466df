/** Appendix I: dynamic sparse training from an orthogonal start. */
import { CIFAR_BASE, CIFAR_REDUCED, FIVE_SEEDS, erkAxis } from './points.ts'
import type { Preset } from './types.ts'

/** Of the public code: the drop fraction falls to .005, and counts are rounded up. */
const PUBLIC = { 'dynamic.fractionEnd': 0.005, 'dynamic.dropRounding': 'up' } as const

const METHODS = {
  name: 'Method',
  points: [
    {
      label: 'SET',
      set: { ...PUBLIC, 'dynamic.method': 'set', 'dynamic.fraction': 0.5, 'dynamic.growth': 'bernoulli' },
    },
    { label: 'RigL', set: { ...PUBLIC, 'dynamic.method': 'rigl', 'dynamic.fraction': 0.3 } },
    { label: 'Static', set: { 'dynamic.method': 'none' } },
  ],
}
const SCHEMES = erkAxis(['base', 'scaled-base', 'eoi'])

export const appendixI: Preset = {
  kind: 'train',
  needs: { data: ['cifar-10'], device: 'gpu' },
  expected:
    'The paper: SET and RigL end higher from the EOI start than from the usual one. Measured ' +
    '(reduced, 93 steps): no start can be told from another.',
  study: {
    id: 'appendix-i',
    title: 'Appendix I: SET and RigL from EOI',
    description:
      'ResNet-32 on CIFAR-10 at density 0.1: SET, RigL and static training, each from ERK-Base, ' +
      'ERK-scaled Base (not in the paper) and ERK-EOI.',
    source: 'Appendix I',
    base: {
      ...CIFAR_BASE,
      model: { name: 'resnet', depth: 32 },
      sparsity: { density: 0.1 },
      dynamic: { interval: 100, until: 1 },
    },
    axes: [METHODS, SCHEMES],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'appendix-i-reduced',
    title: 'Appendix I, reduced: SET and RigL on 4,000 images',
    description: 'ResNet-20 on 4,000 images, three epochs, mask updates every 10 steps, three seeds.',
    source: 'Appendix I',
    base: {
      ...CIFAR_REDUCED,
      model: { name: 'resnet', depth: 20 },
      sparsity: { density: 0.1 },
      dynamic: { interval: 10, until: 1 },
    },
    axes: [METHODS, SCHEMES],
    seeds: [1, 2, 3],
  },
}
