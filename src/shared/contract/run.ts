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
 * `learning-rate`, `step-ms`; at initialization `density`, `nonzeros`, `parameters`,
 * `jacobian-mean` …
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
  /** ‖A Aᵀ − σ_w² I‖_max over the smaller side of the (flattened) kernel. */
  readonly residual: number | null
  readonly singularMean: number | null
  readonly singularMax: number | null
  readonly singularMin: number | null
  readonly notes: readonly string[]
}
