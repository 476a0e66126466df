/** The random matrices that theory has formulas for, as they are drawn. */
import type { TheoryScheme } from './jacobian-spectrum.ts'

export interface Ensemble {
  /** Rotated to its density; a random mask on an orthogonal matrix; independent entries, masked. */
  readonly kind: 'rotated' | 'masked' | 'independent'
  /** Whether what a mask takes of the variance is given back. */
  readonly corrected: boolean
}

export const ENSEMBLES: Readonly<Record<TheoryScheme, Ensemble>> = {
  eoi: { kind: 'rotated', corrected: true },
  base: { kind: 'masked', corrected: false },
  'scaled-base': { kind: 'masked', corrected: true },
  gaussian: { kind: 'independent', corrected: true },
}
