/**
 * Not in the paper: what its public code computes for SNIP, GraSP and SynFlow, against the literature's
 * definitions.
 */
import { CIFAR_BASE, FIVE_SEEDS, MNIST, schemePoints } from './points.ts'
import type { Preset } from './types.ts'

const VARIANT = {
  name: 'Definition',
  points: [
    { label: 'literature', set: { 'sparsity.variant': 'literature' } },
    { label: 'published', set: { 'sparsity.variant': 'published' } },
  ],
}
const SCHEMES = {
  name: 'Scheme',
  points: schemePoints(['snip', 'grasp', 'synflow'], ['base', 'scaled-base', 'eoi']),
}

export const audit: Preset = {
  kind: 'train',
  needs: { data: ['cifar-10'], device: 'gpu' },
  expected:
    'At initialization the public code’s GraSP keeps what GraSP would prune, so its Base rows should ' +
    'differ most; with tanh its SynFlow stops with no weights left, and these runs fail saying so. ' +
    'Measured (reduced): GraSP-Base falls from 84 to 15 %, SNIP-Base from 79 to 69 %, rows of EOI ' +
    'differ by one to four points.',
  study: {
    id: 'audit-published',
    title: 'Audit: published code against the literature',
    description:
      'ResNet-32 on CIFAR-10 at density 0.05 with masks by SNIP, GraSP and SynFlow, each as the ' +
      'literature defines it and as ' +
      'the public code of the EOI paper computes it.',
    source: '',
    base: { ...CIFAR_BASE, model: { name: 'resnet', depth: 32 }, sparsity: { density: 0.05 } },
    axes: [VARIANT, SCHEMES],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'audit-published-reduced',
    title: 'Audit, reduced: MLP-7 on MNIST',
    description: 'MLP-7 with tanh at density 0.05, two epochs, three seeds.',
    source: '',
    base: {
      model: { name: 'mlp' },
      data: MNIST,
      sparsity: { density: 0.05 },
      training: { epochs: 2, learningRate: 0.01, weightDecay: 1e-4 },
    },
    axes: [VARIANT, SCHEMES],
    seeds: [1, 2, 3],
  },
}
