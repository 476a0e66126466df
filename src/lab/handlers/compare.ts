/** Comparison and export. */
import { z } from 'zod'
import { compare, selectRuns } from '../compare.ts'
import { BANDS, EXPORT_FORMATS, EXPORT_WHATS, FIGURES } from '../../shared/contract/lab.ts'
import { writeExport } from '../export/index.ts'
import { metricNames } from '../store/metrics.ts'
import { atSchema, idsSchema, metricSchema, parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const selection = { study: studyIdSchema.optional(), runs: idsSchema.optional() }

const compareSchema = z.strictObject({
  ...selection,
  metric: metricSchema,
  at: atSchema,
  significance: z.boolean().optional(),
})

export const compareHandlers: Handlers<'compare/table' | 'compare/metrics' | 'export/write'> = {
  'compare/table': (context, input) => compare(context, parseInput(compareSchema, input)),
  'compare/metrics': (context, input) => {
    const rows = selectRuns(context, parseInput(z.strictObject(selection), input))
    return metricNames(
      context.database,
      rows.map(({ id }) => id),
    )
  },
  'export/write': (context, input) =>
    writeExport(
      context,
      parseInput(
        z.strictObject({
          ...selection,
          what: z.enum(EXPORT_WHATS),
          format: z.enum(EXPORT_FORMATS),
          metric: metricSchema.optional(),
          at: atSchema.optional(),
          figure: z.enum(FIGURES).optional(),
          band: z.enum(BANDS).optional(),
          significance: z.boolean().optional(),
          file: z.string().min(1).max(4096),
        }),
        input,
      ),
    ),
}
