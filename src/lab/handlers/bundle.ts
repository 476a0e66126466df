/** Sharing studies with their results. */
import { z } from 'zod'
import { importBundle } from '../bundle/read.ts'
import { importSample, removeSample, sampleRuns } from '../bundle/sample.ts'
import { writeBundle } from '../bundle/write.ts'
import { queueOf } from '../context.ts'
import { nothing, parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const file = z.string().min(1).max(4096)

export const bundleHandlers: Handlers<'bundle/export' | 'bundle/import' | 'sample/state' | 'sample/remove'> =
  {
    'bundle/export': (context, input) =>
      writeBundle(context, parseInput(z.strictObject({ study: studyIdSchema, file }), input)),
    'bundle/import': (context, input) => {
      const what = parseInput(
        z.union([z.strictObject({ file }), z.strictObject({ sample: z.literal(true) })]),
        input,
      )
      queueOf(context).flush()
      return 'file' in what ? importBundle(context, what.file) : importSample(context)
    },
    'sample/state': (context, input) => {
      parseInput(nothing, input)
      return { runs: sampleRuns(context.database).length }
    },
    'sample/remove': (context, input) => {
      parseInput(nothing, input)
      queueOf(context).flush()
      return { removed: removeSample(context) }
    },
  }
