/** Backups of the home. */
import { writeBackup } from '../backup/write.ts'
import { listBackups } from '../store/backups.ts'
import type { Handlers } from './types.ts'

export const homeHandlers: Handlers<'home/backup' | 'home/backups'> = {
  'home/backup': (context, { file }) => {
    context.queue?.flush()
    return writeBackup(context.paths, file, context.version, context.now())
  },
  'home/backups': (context) => listBackups(context.paths),
}
