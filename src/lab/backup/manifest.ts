/** What a backup file is: a tar archive of a home's database, weights and own models. */
import { z } from 'zod'

z.config({ jitless: true })

export const MANIFEST = 'manifest.json'
export const DATABASE = 'bench.sqlite'
export const FORMAT = 'givens-backup'
export const VERSION = 1

export const manifestSchema = z.object({
  format: z.literal(FORMAT),
  /** Rises when an older program could not read it. */
  version: z.number().int().min(1),
  program: z.string(),
  createdAt: z.string(),
  runs: z.number().int().min(0),
  weights: z.number().int().min(0),
  /** Weights of runs that went on while the backup was made. */
  missing: z.number().int().min(0),
})
export type BackupManifest = z.output<typeof manifestSchema>

/** Folders of a home whose files a backup carries; their files are never changed once written. */
export const FOLDERS = ['checkpoints', 'models'] as const
