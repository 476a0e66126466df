/** The lab itself. */
import { specJsonSchema } from '../../shared/spec/fields.ts'
import { examine } from '../process/doctor.ts'
import { commandLineName } from '../process/installed.ts'
import type { Handlers } from './types.ts'

export const labHandlers: Handlers<'lab/info' | 'lab/schema'> = {
  'lab/info': async (context) => {
    const { backends, auto } = await context.backends()
    return {
      version: context.version,
      home: context.paths.home,
      command: commandLineName(),
      backends,
      autoBackend: auto,
      doctor: await examine(context.paths, context.version, backends),
    }
  },
  'lab/schema': () => specJsonSchema(),
}
