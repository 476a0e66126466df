/** Appendix F: how the orthogonal matrix sits in a convolution's kernel. */
import type { Preset } from './types.ts'

export const appendixF: Preset = {
  kind: 'kernel',
  needs: { data: [], device: 'cpu' },
  expected:
    'All weight sits in the spatial centre; the rest of the mask is unmasked zeros spread over the kernel' +
    ' at random.',
  reduced: null,
  study: {
    id: 'appendix-f',
    title: 'Appendix F: the matrix in the kernel',
    description:
      'Pictures of H in the centre of a 3 × 3 kernel of ResNet-32 and of the mask, at density 0.1: with H' +
      ' as dense as the ' +
      'kernel, with more nonzeros, and structured. Trains nothing.',
    source: 'Appendix F',
    base: {
      model: { name: 'resnet', depth: 32 },
      data: { name: 'cifar-10' },
      sparsity: { density: 0.1, distribution: 'erk' },
      initialization: { scheme: 'eoi' },
      training: { epochs: 0 },
    },
    axes: [
      {
        name: 'Form',
        points: [
          { label: 'Plain', set: { 'initialization.moreNonzeros': false } },
          { label: 'More nonzeros', set: { 'initialization.moreNonzeros': true } },
          { label: 'Structured', set: { 'initialization.structured': true } },
        ],
      },
    ],
    seeds: [1],
  },
}
