/** Sharing studies with their results. */
import { importBundle } from '../bundle/read.ts'
import { importSample, removeSample, sampleRuns } from '../bundle/sample.ts'
import { writeBundle } from '../bundle/write.ts'
import { queueOf } from '../context.ts'
import type { Handlers } from './types.ts'

export const bundleHandlers: Handlers<'bundle/export' | 'bundle/import' | 'sample/state' | 'sample/remove'> =
  {
    'bundle/export': (context, input) => writeBundle(context, input),
    'bundle/import': (context, what) => {
      queueOf(context).flush()
      return 'file' in what ? importBundle(context, what.file) : importSample(context)
    },
    'sample/state': (context) => ({ runs: sampleRuns(context.database).length }),
    'sample/remove': (context) => {
      queueOf(context).flush()
      return { removed: removeSample(context) }
    },
  }
