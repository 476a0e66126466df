/** Backups of the home, seals of its runs. */
import { writeBackup } from '../backup/write.ts'
import { addSeals, lookAtSeals, named } from '../process/look-at-seals.ts'
import { listBackups } from '../store/backups.ts'
import { brokenRuns, countSealed, unsealedRuns } from '../store/seals.ts'
import type { Handlers } from './types.ts'

export const homeHandlers: Handlers<
  'home/backup' | 'home/backups' | 'seals/known' | 'seals/look' | 'seals/add'
> = {
  'home/backup': (context, { file }) => {
    context.queue?.flush()
    return writeBackup(context.paths, file, context.version, context.now())
  },
  'home/backups': (context) => listBackups(context.paths, context.now()),
  'seals/known': ({ database }) => ({
    sealed: countSealed(database),
    unsealed: unsealedRuns(database).length,
    broken: named(database, brokenRuns(database)),
  }),
  'seals/look': (context, which) => {
    context.queue?.flush()
    return lookAtSeals(context, which)
  },
  'seals/add': (context) => addSeals(context),
}
