/** Calls on runs, the queue and saved views. */
import { z } from 'zod'
import { AUTOMATIC, MOST_CONCURRENT, PRIORITIES } from '../queue.ts'
import type { QueueEntry, QueueState } from '../queue.ts'
import type { LayerLook } from '../layer.ts'
import type { RunDetail, RunRow, Series } from '../row.ts'
import type { RunsColumns, RunsPage } from '../table.ts'
import { VIEW_PAGES } from '../views.ts'
import type { SavedView } from '../views.ts'
import { changes, gives, reads, settles } from './call.ts'
import { id, ids, nothing, study } from './fields.ts'

/** Points of a curve at most: all. */
export const ALL_POINTS = 10_000_000
/** Checkpoints of a run that are kept at most. */
export const MOST_KEPT = 100

const listed = z.strictObject({ study: study.optional(), archived: z.boolean().optional() })
const many = z.strictObject({ ids })

const column = z.string().min(1).max(200)
const relation = z.enum([':', '<', '>', '≤', '≥'])
const filters = z
  .array(z.strictObject({ column, relation, value: z.string().max(1000) }))
  .max(100)
  .readonly()
const sort = z
  .array(z.strictObject({ column, descending: z.boolean() }))
  .max(10)
  .readonly()

const curves = z.strictObject({
  runs: z.array(id).max(1000).readonly(),
  phase: z.enum(['train', 'validation', 'test', 'initialization']),
  name: z.string().min(1).max(100),
  /** Points of a curve at most; all when neither this nor `pixels` is given. */
  maxPoints: z.number().int().min(8).max(ALL_POINTS).optional(),
  /** Width of the chart: at most twice as many points, with every stretch's exact extremes and gaps. */
  pixels: z.number().int().min(4).max(100_000).optional(),
  /** Only these steps, for a chart that is zoomed. */
  from: z.number().optional(),
  to: z.number().optional(),
  /** Tells the time of each point too. */
  seconds: z.boolean().optional(),
})

const page = z.strictObject({
  study: study.optional(),
  archived: z.boolean().optional(),
  words: z.string().max(1000).optional(),
  filters: filters.optional(),
  sort: sort.optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(0).max(10_000).default(200),
})

const tags = z.array(z.string().trim().min(1).max(60)).max(50).readonly()
const notes = z.strictObject({
  ids,
  /** Replaces all tags; `addTags` and `removeTags` change some. */
  tags: tags.optional(),
  addTags: tags.optional(),
  removeTags: tags.optional(),
  note: z.string().max(10_000).optional(),
  starred: z.boolean().optional(),
  archived: z.boolean().optional(),
})

export const runCalls = {
  'runs/list': reads(listed, gives<readonly RunRow[]>()),
  'runs/get': reads(z.strictObject({ id }), gives<RunDetail>()),
  'runs/series': reads(curves, gives<readonly Series[]>()),
  /** A page of the table of runs, filtered and sorted. */
  'runs/query': reads(page, gives<RunsPage>()),
  'runs/columns': reads(listed, gives<RunsColumns>()),
  /** A kernel at a step: picture, singular values; at the last step whose weights are stored without one. */
  'runs/layer': reads(
    z.strictObject({ run: id, layer: z.string().min(1).max(200), step: z.number().int().min(0).optional() }),
    gives<LayerLook>(),
  ),
  'runs/pause': changes(many, gives<readonly RunRow[]>()),
  'runs/resume': changes(many, gives<readonly RunRow[]>()),
  'runs/cancel': changes(many, gives<readonly RunRow[]>()),
  'runs/retry': changes(many, gives<readonly RunRow[]>()),
  'runs/annotate': changes(notes, gives<readonly RunRow[]>()),
} as const

const order = z.union([
  z.strictObject({ ids, to: z.enum(['front', 'back']) }),
  z.strictObject({ ids, before: id }),
  z.strictObject({ ids, priority: z.enum(PRIORITIES) }),
])
const queue = z.strictObject({
  paused: z.boolean().optional(),
  concurrency: z
    .union([z.literal(AUTOMATIC), z.number().int().min(1).max(MOST_CONCURRENT)], {
      error: `takes ${AUTOMATIC} or a whole number from 1 to ${MOST_CONCURRENT}`,
    })
    .optional(),
  /** Checkpoints of each run that are kept besides the last. */
  keep: z.number().int().min(0).max(MOST_KEPT).optional(),
})

export const queueCalls = {
  'queue/state': reads(nothing, gives<QueueState>()),
  'queue/set': settles(queue, gives<QueueState>()),
  /** Waiting runs in the order in which they will be taken. */
  'queue/list': reads(nothing, gives<readonly QueueEntry[]>()),
  /** Moves waiting runs, or changes their priority; returns the new order. It survives a restart. */
  'queue/order': changes(order, gives<readonly QueueEntry[]>()),
} as const

const viewPage = z.enum(VIEW_PAGES)
const viewName = z.string().trim().min(1).max(80)
const width = z.number().min(20).max(2000)
const tableView = z.strictObject({
  columns: z
    .array(z.strictObject({ id: column, width: width.optional(), pinned: z.boolean().optional() }))
    .max(1000)
    .readonly(),
  filters,
  words: z.string().max(1000),
  sort,
  groupBy: z.array(column).max(10).readonly(),
  study: study.nullable(),
  archived: z.boolean(),
})

const comparison = z.strictObject({
  address: z
    .string()
    .max(20_000)
    .refine((address) => /^\/compare\?./s.test(address), 'is an address of Compare: /compare?study=…'),
})
const saved = z.discriminatedUnion('page', [
  z.strictObject({ page: z.literal('runs'), name: viewName, view: tableView }),
  z.strictObject({ page: z.literal('compare'), name: viewName, view: comparison }),
])

export const viewCalls = {
  'views/list': reads(z.strictObject({ page: viewPage }), gives<readonly SavedView[]>()),
  /** New, or in place of the view of that name. */
  'views/save': settles(saved, gives<SavedView>()),
  'views/delete': changes(z.strictObject({ page: viewPage, name: viewName }), gives<readonly SavedView[]>()),
} as const
