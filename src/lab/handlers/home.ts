/** Backups of the home. */
import { z } from 'zod'
import { writeBackup } from '../backup/write.ts'
import { listBackups } from '../store/backups.ts'
import { nothing, parseInput } from './types.ts'
import type { Handlers } from './types.ts'

const fileSchema = z.strictObject({ file: z.string().min(1).max(4096) })

export const homeHandlers: Handlers<'home/backup' | 'home/backups'> = {
  'home/backup': (context, input) => {
    const { file } = parseInput(fileSchema, input)
    context.queue?.flush()
    return writeBackup(context.paths, file, context.version, context.now())
  },
  'home/backups': (context, input) => {
    parseInput(nothing, input)
    return listBackups(context.paths)
  },
}
