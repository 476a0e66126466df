/** What a study will take before it starts. */

export interface StudyEstimate {
  /** Runs after expansion, without duplicates. */
  readonly runs: number
  readonly duplicates: number
  /** Runs that exist already with the same identity and would be reused. */
  readonly existing: number
  /** Null when no step of this kind was ever measured here and none could be measured. */
  readonly seconds: number | null
  /** How the seconds were found, in words. */
  readonly basis: string
  readonly problems: readonly string[]
  /** Where all rows train for the same operations: a line for each, with its steps. */
  readonly budget?: readonly string[]
  /** Bytes that the missing runs will write at their largest, and what is free where they go. */
  readonly disk?: DiskEstimate
  /** Of the missing run that takes most; left out where nothing is trained. */
  readonly memory?: MemoryEstimate
}

export interface MemoryEstimate {
  /** Bytes of the process at its most, for as many runs as go side by side, without their data. */
  readonly bytes: number
  /** Bytes that the machine has. */
  readonly available: number
  /** The backend that it is an estimate for: with `auto`, the one that takes least. */
  readonly backend: string
  /** What stands in the way and what would fit; null where there is room. */
  readonly advice: string | null
}

export interface DiskEstimate {
  /** Weights, masks and optimizer state of the last checkpoint of each run. */
  readonly checkpoints: number
  /** Curves, layers and events. */
  readonly metrics: number
  /** Null where the system does not tell. */
  readonly free: number | null
}
