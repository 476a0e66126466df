/** Appendix G (Figure 9): does the distribution of angles matter? */
import type { Axis } from '../spec/study-schema.ts'
import { CIFAR_BASE, CIFAR_REDUCED, FIVE_SEEDS } from './points.ts'
import type { Preset } from './types.ts'

const fixed = (degrees: number) => ({
  label: `${degrees}°`,
  set: { 'initialization.angles.kind': 'fixed', 'initialization.angles.degrees': degrees },
})
const ANGLES: Axis = {
  name: 'Angles',
  points: [{ label: 'uniform', set: { 'initialization.angles.kind': 'uniform' } }, fixed(1), fixed(80)],
}
const sparse = { sparsity: { density: 0.1, distribution: 'erk' } }

export const appendixG: Preset = {
  kind: 'train',
  needs: { data: ['cifar-10'], device: 'gpu' },
  expected:
    'The paper: 1° is worse early in training; 80° and uniform angles do not differ. Measured ' +
    '(reduced, 93 steps): 1° ends three to four points below the two others, which cannot be told ' +
    'apart.',
  study: {
    id: 'appendix-g',
    title: 'Appendix G: angles of the rotations',
    description:
      'ResNet-32 on CIFAR-10, ERK-EOI at density 0.1, with rotations by 1°, by 80° and by uniform angles.' +
      ' Add any other angle.',
    source: 'Figure 9 (Appendix G)',
    base: {
      ...CIFAR_BASE,
      ...sparse,
      model: { name: 'resnet', depth: 32 },
      initialization: { moreNonzeros: true, scheme: 'eoi' },
    },
    axes: [ANGLES],
    seeds: FIVE_SEEDS,
  },
  reduced: {
    id: 'appendix-g-reduced',
    title: 'Appendix G, reduced: angles on 4,000 images',
    description: 'ResNet-20 on 4,000 images, three epochs, three seeds.',
    source: 'Figure 9 (Appendix G)',
    base: {
      ...CIFAR_REDUCED,
      ...sparse,
      model: { name: 'resnet', depth: 20 },
      initialization: { moreNonzeros: true, scheme: 'eoi' },
      training: { ...CIFAR_REDUCED.training, evaluations: 4 },
    },
    axes: [ANGLES],
    seeds: [1, 2, 3],
  },
}
