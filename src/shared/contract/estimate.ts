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
}

export interface DiskEstimate {
  /** Weights, masks and optimizer state of the last checkpoint of each run. */
  readonly checkpoints: number
  /** Curves, layers and events. */
  readonly metrics: number
  /** Null where the system does not tell. */
  readonly free: number | null
}
