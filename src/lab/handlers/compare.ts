/** Comparison and export. */
import { z } from 'zod'
import { compare, reportedRuns, selectRuns } from '../export/compare.ts'
import { choicesOf } from '../export/keys.ts'
import { EXPORT_FORMATS, EXPORT_WHATS } from '../../shared/contract/lab.ts'
import {
  DRAWING_FIELDS,
  FIGURE_FIELD,
  THEORY_FIELDS,
  FILTER_FIELDS,
  GROUPING_FIELDS,
  REFERENCE_FIELDS,
  TESTING_FIELDS,
  TWO_WAY_FIELDS,
} from '../../shared/contract/export-fields.ts'
import { figureLookSchema } from '../../shared/figure/look.ts'
import { figureOf } from '../export/figures.ts'
import { writeExport } from '../export/index.ts'
import { twoWay } from '../export/two-way.ts'
import { metricNames } from '../store/metrics.ts'
import { atSchema, idsSchema, metricSchema, parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const selection = { study: studyIdSchema.optional(), runs: idsSchema.optional() }

const compareSchema = z.strictObject({
  ...selection,
  metric: metricSchema,
  at: atSchema,
  ...GROUPING_FIELDS,
  ...TESTING_FIELDS,
})

const twoWaySchema = z.strictObject({
  ...selection,
  metric: metricSchema,
  at: atSchema,
  byBackend: z.boolean().optional(),
  ...FILTER_FIELDS,
  ...REFERENCE_FIELDS,
  ...TWO_WAY_FIELDS,
})

const drawing = {
  ...selection,
  metric: metricSchema.optional(),
  at: atSchema.optional(),
  ...GROUPING_FIELDS,
  ...DRAWING_FIELDS,
}

export const compareHandlers: Handlers<
  'compare/table' | 'compare/two-way' | 'compare/keys' | 'compare/metrics' | 'figures/get' | 'export/write'
> = {
  'compare/table': (context, input) => compare(context, parseInput(compareSchema, input)),
  'compare/two-way': (context, input) => {
    const { rows = [], columns = [], ...request } = parseInput(twoWaySchema, input)
    return twoWay(context, { ...request, rows, columns })
  },
  'compare/keys': (context, input) =>
    choicesOf(reportedRuns(context, parseInput(z.strictObject(selection), input))),
  'compare/metrics': (context, input) => {
    const rows = selectRuns(context, parseInput(z.strictObject(selection), input))
    return metricNames(
      context.database,
      rows.map(({ id }) => id),
    )
  },
  'figures/get': (context, input) =>
    figureOf(context, parseInput(z.strictObject({ ...drawing, figure: FIGURE_FIELD }), input)),
  'export/write': (context, input) =>
    writeExport(
      context,
      parseInput(
        z.strictObject({
          ...drawing,
          what: z.enum(EXPORT_WHATS),
          format: z.enum(EXPORT_FORMATS),
          figure: FIGURE_FIELD.optional(),
          ...TESTING_FIELDS,
          ...TWO_WAY_FIELDS,
          ...THEORY_FIELDS,
          siunitx: z.boolean().optional(),
          look: figureLookSchema.optional(),
          file: z.string().min(1).max(4096),
        }),
        input,
      ),
    ),
}
