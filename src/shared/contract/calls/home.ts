/** Calls on the lab itself, its home, bundles and the sample. */
import { z } from 'zod'
import type { BundleImport } from '../bundle.ts'
import type { BackupFile, HomeBackup } from '../home.ts'
import type { LabInfo } from '../info.ts'
import type { SealsKnown, SealsLook } from '../seals.ts'
import { changes, gives, reads, settles, vouches, writes } from './call.ts'
import { file, id, ids, nothing, study } from './fields.ts'

const brought = z.union([z.strictObject({ file }), z.strictObject({ sample: z.literal(true) })])

const look = z.strictObject({ ids: ids.optional(), study: study.optional(), after: id.optional() })

export const homeCalls = {
  'lab/info': reads(nothing, gives<LabInfo>()),
  'lab/schema': reads(nothing, gives<unknown>()),
  /** Writes the whole home, weights and all, as one file. */
  'home/backup': writes(z.strictObject({ file }), gives<HomeBackup>(), { file: 'written' }),
  /** Copies of the database that were taken by themselves, the newest first. */
  'home/backups': reads(nothing, gives<readonly BackupFile[]>()),
  /** What is known of the seals of runs, without a look at the runs. */
  'seals/known': reads(nothing, gives<SealsKnown>()),
  /** Holds runs against their seals, as many as a moment allows, and says where to go on. */
  'seals/look': reads(look, gives<SealsLook>()),
  /** Seals the runs of earlier versions as they stand. */
  'seals/add': settles(nothing, gives<{ readonly sealed: number }>()),
  /**
   * Writes a study with its runs, metrics, layers and events as one file. `runs`: of those that have ended
   * only these; `alone`: also where no run has ended.
   */
  'bundle/export': writes(
    z.strictObject({ study, file, runs: ids.optional(), alone: z.boolean().optional() }),
    gives<{ readonly file: string; readonly runs: number; readonly bytes: number }>(),
    { file: 'written' },
  ),
  /** Brings in such a file, or the sample that comes with the program; never overwrites. */
  'bundle/import': changes(brought, gives<BundleImport>(), { file: 'taken' }),
  /** Runs here that came with the program's sample; all carry the tag `sample`. */
  'sample/state': reads(nothing, gives<{ readonly runs: number }>()),
  /** Removes them and their curves; those that another study uses stay. */
  'sample/remove': changes(nothing, gives<{ readonly removed: number }>()),
  /** The shell vouches for paths that the user chose in a native dialog: the page may name these. */
  'paths/grant': vouches(
    z.strictObject({ paths: z.array(file).max(1000).readonly() }),
    gives<{ readonly granted: number }>(),
  ),
} as const
