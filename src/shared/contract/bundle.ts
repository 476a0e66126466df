/** Share bundles: what bringing one in did. */

/** Tag of runs that came with the program's sample. */
export const SAMPLE_TAG = 'sample'

export interface BundleImport {
  readonly study: string
  readonly title: string
  /** Runs that were not here. */
  readonly added: readonly number[]
  /** Runs of the same identity and backend that were here already; nothing of them was changed. */
  readonly skipped: readonly number[]
  /** Names of own models that came with the runs and were free here. */
  readonly models: readonly string[]
  /** Methods of users' own that came with it and may not run here before they were looked at. */
  readonly untrusted: readonly string[]
}
