/** Comparison and export. */
import { z } from 'zod'
import { compare, selectRuns } from '../export/compare.ts'
import {
  BANDS,
  CURVE_AXES,
  EXPORT_FORMATS,
  EXPORT_WHATS,
  FIGURES,
  TEST_FAMILIES,
} from '../../shared/contract/lab.ts'
import { figureOf } from '../export/figures.ts'
import { writeExport } from '../export/index.ts'
import { metricNames } from '../store/metrics.ts'
import { atSchema, idsSchema, metricSchema, parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const selection = { study: studyIdSchema.optional(), runs: idsSchema.optional() }

const grouping = {
  groupBy: z.array(z.string().min(1).max(200)).max(50).optional(),
  byBackend: z.boolean().optional(),
}

const testing = {
  significance: z.boolean().optional(),
  family: z.enum(TEST_FAMILIES).optional(),
  baseline: z.string().min(1).max(1000).optional(),
  pooled: z.boolean().optional(),
}

const compareSchema = z.strictObject({
  ...selection,
  metric: metricSchema,
  at: atSchema,
  ...grouping,
  ...testing,
})

const drawing = {
  ...selection,
  ...grouping,
  metric: metricSchema.optional(),
  at: atSchema.optional(),
  band: z.enum(BANDS).optional(),
  axis: z.enum(CURVE_AXES).optional(),
  yLog: z.boolean().optional(),
}

export const compareHandlers: Handlers<'compare/table' | 'compare/metrics' | 'figures/get' | 'export/write'> =
  {
    'compare/table': (context, input) => compare(context, parseInput(compareSchema, input)),
    'compare/metrics': (context, input) => {
      const rows = selectRuns(context, parseInput(z.strictObject(selection), input))
      return metricNames(
        context.database,
        rows.map(({ id }) => id),
      )
    },
    'figures/get': (context, input) =>
      figureOf(context, parseInput(z.strictObject({ ...drawing, figure: z.enum(FIGURES) }), input)),
    'export/write': (context, input) =>
      writeExport(
        context,
        parseInput(
          z.strictObject({
            ...drawing,
            what: z.enum(EXPORT_WHATS),
            format: z.enum(EXPORT_FORMATS),
            figure: z.enum(FIGURES).optional(),
            ...testing,
            file: z.string().min(1).max(4096),
          }),
          input,
        ),
      ),
  }
