/** What a study is: a named grid over run specifications. */
import { z } from 'zod'

/** What a dense reference shares with the sparse network, and by which multiplier. */
export const MATCHES = ['parameters-by-width', 'parameters-by-depth', 'operations-by-width'] as const
export type Match = (typeof MATCHES)[number]

/** Beyond these a study is a mistake, or made to stop the program. */
export const MOST_AXES = 100
export const MOST_SEEDS = 10_000

/** One axis of a grid. Each point sets one or more fields; the label names it in tables. */
export const axisSchema = z.strictObject({
  name: z.string().min(1).describe('Shown as the axis’ name, e.g. Scheme.'),
  points: z
    .array(
      z.strictObject({
        label: z.string().min(1),
        set: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.number())])),
        /** The point exists only where these fields have these values (conditional axes). */
        when: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
        /**
         * The point is a dense network of the size of the sparse one that the base and the axes before
         * describe (ERK where they name no distribution): `set` makes it dense, and its width or depth
         * multiplier is solved. Where there is none, or nothing sparse, the point is left out.
         */
        match: z.enum(MATCHES).optional(),
      }),
    )
    .min(1),
})

/** What all rows of a study train for, in place of the same epochs. */
export const budgetSchema = z
  .strictObject({
    operations: z.number().positive().max(1e30).optional(),
    row: z.record(z.string().min(1), z.string().min(1)).optional(),
  })
  .refine(({ operations, row }) => (operations === undefined) !== (row === undefined), {
    message: 'takes operations (a number) or row (labels by axis), one of them',
  })
export type Budget = z.output<typeof budgetSchema>

/** A study: a named grid over run specifications. */
export const studySchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, 1 to 63 of them'),
  title: z.string().min(1).max(200),
  description: z.string().max(10_000).default(''),
  /** Where in the paper, e.g. `Table 1`; empty for own studies. */
  source: z.string().max(200).default(''),
  base: z.record(z.string(), z.unknown()).default({}).describe('A partial run specification.'),
  axes: z.array(axisSchema).max(MOST_AXES, `at most ${MOST_AXES} axes`).default([]),
  /** Combinations to leave out: every listed field has the listed value. */
  exclude: z.array(z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]))).default([]),
  seeds: z.array(z.number().int().min(0)).min(1).max(MOST_SEEDS, `at most ${MOST_SEEDS} seeds`).default([1]),
  /**
   * A search of the learning rate with one budget for every group: each is trained at every rate with the
   * search's seeds, the rate of the best validation accuracy (of language models the least perplexity) is
   * chosen, and `seeds` are trained at it.
   */
  search: z
    .strictObject({
      rates: z.array(z.number().positive().max(100)).min(2).max(50),
      seeds: z.array(z.number().int().min(0)).min(1).max(100).default([1001]),
    })
    .optional(),
  /**
   * All rows train for the same floating-point operations in place of the same epochs: for so many, or for
   * those of the row with these labels (by axis; where several rows have them, the one that agrees with a row
   * on its other axes).
   */
  budget: budgetSchema.optional(),
})
export type Study = z.output<typeof studySchema>
export type StudyInput = z.input<typeof studySchema>
export type Axis = z.output<typeof axisSchema>
