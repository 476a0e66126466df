/** The vocabulary of a run's life, shared by the engine, the store, the command line and the window. */

export const RUN_STATUSES = [
  'queued',
  'running',
  'paused',
  'finished',
  'diverged',
  'failed',
  'cancelled',
  'interrupted',
] as const
/**
 * `diverged` is a result (loss NaN or infinite at some step), not a failure. `interrupted`: its lab died; it
 * goes on from its last checkpoint when a lab starts.
 */
export type RunStatus = (typeof RUN_STATUSES)[number]

/** How a call of the trainer ended. */
export type RunOutcome = 'finished' | 'diverged' | 'paused' | 'cancelled'

export const STAGES = ['data', 'density', 'initialization', 'compile', 'train', 'evaluate'] as const
export type StageName = (typeof STAGES)[number]

export type Phase = 'train' | 'validation' | 'test' | 'initialization'

/**
 * One number of a run. NaN and ±Infinity are values, not gaps. Names in use: `loss`, `accuracy` (0 … 1),
 * `perplexity` (of language models, e to the mean loss), `learning-rate`, `step-ms`; at initialization
 * `density`, `nonzeros`, `parameters`, `jacobian-mean` …
 */
export interface MetricPoint {
  readonly step: number
  /** Fractional epochs done at that step. */
  readonly epoch: number
  /** Seconds of training before the point, pauses left out. */
  readonly wall: number
  readonly phase: Phase
  readonly name: string
  readonly value: number
}

/**
 * The linear operator that a convolution applies: with circular padding, at the map that the layer sees. That
 * is what the layer does where it pads circularly, and the named convention where it pads otherwise.
 */
export interface OperatorReport {
  /** Rows and columns of the input map, rounded up to multiples of the stride. */
  readonly map: readonly [number, number]
  readonly stride: number
  /** How the layer itself pads: `circular`, `same`, `valid`, `zeros 1`. */
  readonly padding: string
  /** ‖A Aᵀ − σ_w² I‖_max over the operator's smaller side; null where it is too much work. */
  readonly residual: number | null
  /** Of all singular values of the operator, or of those at some frequencies; null where none was taken. */
  readonly singularMean: number | null
  readonly singularMax: number | null
  readonly singularMin: number | null
  /** At how many frequencies values were computed, of how many: a sample where they differ. */
  readonly frequencies: number
  readonly allFrequencies: number
}

/** One masked or dense kernel as it stands after initialization. */
export interface LayerReport {
  /** Kernel name, e.g. `hidden3.kernel`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly maskable: boolean
  readonly entries: number
  readonly nonzeros: number
  /** Density asked of the layer and reached. */
  readonly densityAsked: number
  readonly density: number
  /**
   * Of the kernel as a matrix [taps·in, out] (taps that hold no value left out): ‖A Aᵀ − σ_w² I‖_max over
   * its smaller side, and singular values. For a convolution this is not what the layer does to its input;
   * that is `operator`.
   */
  readonly residual: number | null
  readonly singularMean: number | null
  readonly singularMax: number | null
  readonly singularMin: number | null
  /** Of convolutions; absent for matrices and in reports of earlier versions. */
  readonly operator?: OperatorReport
  readonly notes: readonly string[]
}
