/** Calls on studies, comparisons, figures and what is written of them. */
import { z } from 'zod'
import { figureLookSchema } from '../../figure/look.ts'
import type { FigureSheet } from '../../figure/sheet.ts'
import { BACKENDS } from '../../spec/schema.ts'
import { budgetSchema } from '../../spec/study-schema.ts'
import type { StudyInput } from '../../spec/study-schema.ts'
import type { CompareChoice, CompareTable, TwoWayTable } from '../compare.ts'
import type { ImportanceTable } from '../importance.ts'
import type { StudyEstimate } from '../estimate.ts'
import { EXPORT_FORMATS, EXPORT_WHATS } from '../export.ts'
import {
  DRAWING_FIELDS,
  FIGURE_FIELD,
  FILTER_FIELDS,
  GROUPING_FIELDS,
  REFERENCE_FIELDS,
  TESTING_FIELDS,
  THEORY_FIELDS,
  TWO_WAY_FIELDS,
  WHICH_FIELDS,
  LAYER_FIELDS,
} from '../export-fields.ts'
import type { Written } from '../export.ts'
import type { StudyDetail, StudyRow } from '../study.ts'
import { changes, gives, reads, writes } from './call.ts'
import { at, file, id, ids, metric, nothing, study } from './fields.ts'

/** What a study is is said by its own schema, with words for people. */
const given = z.custom<StudyInput>()
const backend = z.enum(BACKENDS)

/** What a study is started with. */
export const start = z.strictObject({
  id: study,
  set: z.record(z.string(), z.unknown()).optional(),
  seeds: z.array(z.number().int().min(0)).min(1).max(10_000).optional(),
  /** In place of the study's own. */
  budget: budgetSchema.optional(),
  backend: backend.optional(),
  /** Failed and cancelled runs are queued again, unless this is false. */
  retry: z.boolean().optional(),
})

export interface StartedStudy {
  readonly queued: number
  readonly reused: number
  /** Runs that exist but were trained on other data than lie there now; new ones were made beside them. */
  readonly changed: readonly number[]
  readonly runs: readonly number[]
  /** Runs that have not ended; 0 when there is nothing left to do. */
  readonly left: number
  /** Groups whose learning rate is still searched; what they report is queued when they have one. */
  readonly waiting?: number
}

export interface MoreSeeds {
  readonly queued: number
  readonly reused: number
  readonly runs: readonly number[]
  readonly seeds: readonly number[]
}

const more = z.strictObject({
  study,
  runs: z.array(id).min(1).max(100_000).readonly(),
  count: z.number().int().min(1).max(1000),
})

export const studyCalls = {
  'studies/list': reads(nothing, gives<readonly StudyRow[]>()),
  'studies/get': reads(z.strictObject({ id: study }), gives<StudyDetail>()),
  /** Saves an own study (new or changed). */
  'studies/save': changes(z.strictObject({ study: given }), gives<StudyDetail>()),
  'studies/archive': changes(z.strictObject({ id: study, archived: z.boolean() }), gives<StudyRow>()),
  'studies/estimate': reads(
    z.strictObject({ study: given, backend: backend.optional() }),
    gives<StudyEstimate>(),
  ),
  /** Expands the study and queues what does not exist yet; finished runs of the same identity are reused. */
  'studies/start': changes(start, gives<StartedStudy>()),
  /**
   * Queues `count` more seeds of every row (all but the seed) that the named runs of the study belong to: the
   * lowest that the row does not have.
   */
  'studies/more-seeds': changes(more, gives<MoreSeeds>()),
} as const

const selection = { study: study.optional(), runs: ids.optional() }
const drawn = {
  ...selection,
  metric: metric.optional(),
  at: at.optional(),
  ...GROUPING_FIELDS,
  ...DRAWING_FIELDS,
  ...WHICH_FIELDS,
}

const table = z.strictObject({ ...selection, metric, at, ...GROUPING_FIELDS, ...TESTING_FIELDS })
const twoWay = z.strictObject({
  ...selection,
  metric,
  at,
  byBackend: z.boolean().optional(),
  ...FILTER_FIELDS,
  ...REFERENCE_FIELDS,
  ...TWO_WAY_FIELDS,
})
const shares = z.strictObject({ ...selection, metric, at, ...FILTER_FIELDS, ...WHICH_FIELDS })
const written = z.strictObject({
  ...drawn,
  what: z.enum(EXPORT_WHATS),
  format: z.enum(EXPORT_FORMATS),
  figure: FIGURE_FIELD.optional(),
  ...TESTING_FIELDS,
  ...TWO_WAY_FIELDS,
  ...THEORY_FIELDS,
  ...LAYER_FIELDS,
  siunitx: z.boolean().optional(),
  look: figureLookSchema.optional(),
  file,
})

export const compareCalls = {
  'compare/table': reads(table, gives<CompareTable>()),
  'compare/two-way': reads(twoWay, gives<TwoWayTable>()),
  /** Refused with `not-found` where no field differs, or no value does. */
  'compare/importance': reads(shares, gives<ImportanceTable>()),
  /** What rows, columns and filters can be: axes, `scheme`, fields that differ, with their values. */
  'compare/keys': reads(z.strictObject(selection), gives<readonly CompareChoice[]>()),
  /** Metrics that the runs have: `test.accuracy`, … */
  'compare/metrics': reads(z.strictObject(selection), gives<readonly string[]>()),
  /** Refused with `not-found` where the runs lack what the figure is drawn from. */
  'figures/get': reads(z.strictObject({ ...drawn, figure: FIGURE_FIELD }), gives<FigureSheet>()),
  'export/write': writes(written, gives<Written>(), { file: 'written' }),
} as const
