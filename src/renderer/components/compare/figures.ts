/** The figures of the comparison, each with what to run so that it has something to show. */
import type { FigureName } from '../../../shared/contract/lab.ts'

export interface ComparedFigure {
  readonly figures: readonly FigureName[]
  /** Whether it is drawn from the metric and the place of its value that the page chose. */
  readonly ofMetric: boolean
  /** Said where the runs lack what it is drawn from. */
  readonly hint: string
}

export const COMPARED = {
  'Price of sparsity': {
    figures: ['price-of-sparsity'],
    ofMetric: true,
    hint:
      'The metric against density, a line per scheme. It needs runs with a value at several densities: ' +
      'make density an axis of a study, or run Figure 13.',
  },
  Pareto: {
    figures: ['pareto', 'pareto-operations', 'pareto-time'],
    ofMetric: true,
    hint: 'The metric against parameters, training operations and seconds of a run, once runs have a value.',
  },
  'Singular values': {
    figures: ['singular-values', 'spectra'],
    ofMetric: false,
    hint:
      'Singular values of the input-output Jacobian at initialization, against density and whole. They are ' +
      'measured by runs that ask for them: run Figure 3, or set spectrum in its section on.',
  },
  'Layer densities': {
    figures: ['layer-densities'],
    ofMetric: false,
    hint: 'How each distribution spends the budget, layer by layer. Any run that was initialized has it.',
  },
  Angles: {
    figures: ['angles'],
    ofMetric: true,
    hint:
      'The metric against the angle of the rotations, beside uniform angles. It needs runs that differ in ' +
      'initialization.angles: run Appendix G.',
  },
} as const satisfies Record<string, ComparedFigure>

export type ComparedName = keyof typeof COMPARED
