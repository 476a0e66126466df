/** Comparison and export. */
import { z } from 'zod'
import { compare, selectRuns } from '../compare.ts'
import { writeExport } from '../export/index.ts'
import { metricNames } from '../store/metrics.ts'
import { atSchema, idsSchema, metricSchema, parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const selection = { study: studyIdSchema.optional(), runs: idsSchema.optional() }

export const compareHandlers: Handlers<'compare/table' | 'compare/metrics' | 'export/write'> = {
  'compare/table': (context, input) =>
    compare(context, parseInput(z.strictObject({ ...selection, metric: metricSchema, at: atSchema }), input)),
  'compare/metrics': (context, input) => {
    const rows = selectRuns(context, parseInput(z.strictObject(selection), input))
    return metricNames(context.database, rows.map(({ id }) => id))
  },
  'export/write': (context, input) => writeExport(context, parseInput(z.strictObject({
    ...selection,
    what: z.enum(['groups', 'runs', 'metrics']),
    format: z.enum(['csv', 'latex']),
    metric: metricSchema.optional(),
    at: atSchema.optional(),
    file: z.string().min(1).max(4096),
  }), input)),
}
