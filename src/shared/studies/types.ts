/** A preset: a study that comes with the program, what it needs, and what its results should look like. */
import type { DATA_NAMES } from '../spec/schema.ts'
import type { StudyInput } from '../spec/study-schema.ts'

export interface Preset {
  readonly study: StudyInput
  /**
   * train: runs the grid. The others train nothing and are shown by their own page or command: spectrum
   * (singular values at initialization), timing (time to initialize), parameters (counts), kernel (picture of
   * kernel and mask).
   */
  readonly kind: 'train' | 'spectrum' | 'timing' | 'parameters' | 'kernel'
  readonly needs: {
    readonly data: readonly (typeof DATA_NAMES)[number][]
    /** What the whole study wants; everything runs on a CPU, slowly. */
    readonly device: 'cpu' | 'gpu'
  }
  /** What the paper found, or is to be expected; and what the reduced form showed, where it was measured. */
  readonly expected: string
  /** Where it is not what the paper's public code does, and why (deviations.ts). */
  readonly deviations?: readonly string[]
  /** The same question at a size that a laptop runs in minutes; null where the study itself is small. */
  readonly reduced: StudyInput | null
}
