/** The fields of requests for comparisons, figures and exports, parsed alike by the shell and by the lab. */
import { z } from 'zod'
import { BANDS, CURVE_AXES, FIGURES } from './export.ts'
import { BESIDE_COLUMNS, TEST_FAMILIES } from './compare.ts'
import { theoryFigureSchema } from '../theory/requests.ts'

z.config({ jitless: true })

/** Which runs, by their labels and values. */
export const FILTER_FIELDS = {
  only: z.record(z.string().max(200), z.array(z.string().max(300)).max(1000).readonly()).optional(),
}

/** What every row is held against. */
export const REFERENCE_FIELDS = { reference: z.string().min(1).max(1000).optional() }

/** Lines at values that are aimed at, in the metric's own unit. */
export const targetsSchema = z
  .array(z.strictObject({ label: z.string().min(1).max(200), value: z.number() }))
  .max(20)
  .readonly()

/** How runs are put together. */
export const GROUPING_FIELDS = {
  ...FILTER_FIELDS,
  ...REFERENCE_FIELDS,
  groupBy: z.array(z.string().min(1).max(200)).max(50).readonly().optional(),
  byBackend: z.boolean().optional(),
}

/** Which pairs are tested. */
export const TESTING_FIELDS = {
  significance: z.boolean().optional(),
  family: z.enum(TEST_FAMILIES).optional(),
  baseline: z.string().min(1).max(1000).optional(),
  pooled: z.boolean().optional(),
}

/** How a figure is drawn. */
export const DRAWING_FIELDS = {
  band: z.enum(BANDS).optional(),
  axis: z.enum(CURVE_AXES).optional(),
  xLog: z.boolean().optional(),
  yLog: z.boolean().optional(),
  hide: z.array(z.string().max(2000)).max(10_000).readonly().optional(),
  smoothing: z.number().min(0).max(0.999).optional(),
  members: z.boolean().optional(),
  facet: z.string().min(1).max(200).optional(),
  targets: targetsSchema.optional(),
}

const keys = z.array(z.string().min(1).max(200)).max(20).readonly()

/** Which fields are looked at. */
export const WHICH_FIELDS = { fields: keys.optional() }

/** A kernel of a run, at a step. */
export const LAYER_FIELDS = {
  layer: z.string().min(1).max(200).optional(),
  step: z.number().int().min(0).optional(),
}

/** What stands down and across in a two-way table. */
export const TWO_WAY_FIELDS = {
  rows: keys.optional(),
  columns: keys.optional(),
  beside: z.array(z.enum(BESIDE_COLUMNS)).max(10).readonly().optional(),
}

export const FIGURE_FIELD = z.enum(FIGURES)

/** A figure of the Theory page, of no runs. */
export const THEORY_FIELDS = { theory: theoryFigureSchema.optional() }
