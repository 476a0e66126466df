/** The home as a whole: its backups. */

/** A copy of the database within its home. */
export interface BackupFile {
  readonly file: string
  /** ISO 8601, to the second. */
  readonly at: string
  readonly bytes: number
}

export interface HomeBackup {
  readonly file: string
  readonly bytes: number
  readonly runs: number
  /** Files of weights in it. */
  readonly weights: number
  /** Weights of runs that went on meanwhile, and so were replaced. */
  readonly missing: number
}
