/** Sharing studies with their results. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { importBundle } from '../bundle/read.ts'
import { writeBundle } from '../bundle/write.ts'
import { queueOf } from '../context.ts'
import { parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const file = z.string().min(1).max(4096)

/**
 * Results of the quick start, so that nobody starts on an empty page; from the sources or from what is built.
 */
function sampleFile(): string {
  const places = ['../../../resources', '../../resources'].map((up) =>
    join(import.meta.dirname, up, 'sample.givens'),
  )
  return places.find((place) => existsSync(place)) ?? places[0]
}

export const bundleHandlers: Handlers<'bundle/export' | 'bundle/import'> = {
  'bundle/export': (context, input) =>
    writeBundle(context, parseInput(z.strictObject({ study: studyIdSchema, file }), input)),
  'bundle/import': (context, input) => {
    const what = parseInput(
      z.union([z.strictObject({ file }), z.strictObject({ sample: z.literal(true) })]),
      input,
    )
    queueOf(context).flush()
    return importBundle(context, 'file' in what ? what.file : sampleFile())
  },
}
