/** Figure 5 (Appendix B): time to initialize one square matrix. */
import type { Axis, StudyInput } from '../spec/study-schema.ts'
import type { Preset } from './types.ts'

const POINTS: Axis['points'] = [
  { label: 'EOI', set: { 'initialization.scheme': 'eoi', 'sparsity.distribution': 'uniform' } },
  { label: 'AI', set: { 'initialization.scheme': 'ai', 'sparsity.distribution': 'uniform' } },
  { label: 'SAO', set: { 'initialization.scheme': 'sao', 'sparsity.distribution': 'uniform' } },
  {
    label: 'Dense QR',
    set: { 'initialization.scheme': 'base', 'sparsity.distribution': 'dense', 'sparsity.density': 1 },
  },
]

/** Sizes and densities are powers of two, so that SAO's degree, size · density, divides the size. */
function grid(sizes: readonly number[], densities: readonly number[]): Pick<StudyInput, 'axes'> {
  return {
    axes: [
      { name: 'Size', points: sizes.map((size) => ({ label: String(size), set: { 'model.width': size } })) },
      {
        name: 'Density',
        points: densities.map((density) => ({
          label: String(density),
          set: { 'sparsity.density': density },
        })),
      },
      { name: 'Scheme', points: POINTS },
      {
        name: 'Degree',
        points: sizes.flatMap((size) =>
          densities.map((density) => ({
            label: String(size * density),
            set: { 'initialization.saoDegree': size * density },
            when: { 'initialization.scheme': 'sao', 'model.width': size, 'sparsity.density': density },
          })),
        ),
      },
    ],
  }
}

const powers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => 2 ** (from + index))
const base = {
  model: { name: 'mlp', depth: 1, activation: 'tanh' },
  data: { name: 'mnist' },
  initialization: { dense: 'orthogonal', aiSteps: 10_000 },
  training: { epochs: 0 },
}

export const figure5: Preset = {
  kind: 'timing',
  needs: { data: [], device: 'cpu' },
  expected:
    'EOI’s time grows with the nonzeros and stays below dense QR up to density 0.1; AI is slower by ' +
    'orders of magnitude.',
  study: {
    id: 'figure-5',
    title: 'Figure 5: time to initialize',
    description:
      'Seconds that EOI, AI (10,000 steps), SAO and dense QR take for one square matrix (model.width) of ' +
      'each size and ' +
      'density. Trains nothing.',
    source: 'Figure 5 (Appendix B)',
    base,
    ...grid(powers(5, 12), powers(-5, 0)),
    seeds: [1, 2, 3],
  },
  reduced: {
    id: 'figure-5-reduced',
    title: 'Figure 5, reduced: time to initialize',
    description: 'Sizes up to 512, four densities, one seed.',
    source: 'Figure 5 (Appendix B)',
    base,
    ...grid(powers(5, 9), [2 ** -5, 2 ** -4, 2 ** -3, 2 ** -1]),
    seeds: [1],
  },
}
