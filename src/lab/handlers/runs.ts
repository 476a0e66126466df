/** Runs: lists, curves, commands, notes. */
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import type { Queue } from '../run/queue.ts'
import { ALL_POINTS, readSeries } from '../store/curves.ts'
import { listEvents } from '../store/events.ts'
import { listLayers } from '../store/layers.ts'
import { isLocked } from '../store/lock.ts'
import { changeRun, environmentOf, listRuns } from '../store/runs.ts'
import { columnsOf, matchingRuns } from '../store/table.ts'
import { filterSchema, sortSchema } from './views.ts'
import { idSchema, idsSchema, parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const listSchema = z.strictObject({ study: studyIdSchema.optional(), archived: z.boolean().optional() })
const seriesSchema = z.strictObject({
  runs: z.array(idSchema).max(1000),
  phase: z.enum(['train', 'validation', 'test', 'initialization']),
  name: z.string().min(1).max(100),
  maxPoints: z.number().int().min(8).max(ALL_POINTS).optional(),
  pixels: z.number().int().min(4).max(100_000).optional(),
  from: z.number().optional(),
  to: z.number().optional(),
  seconds: z.boolean().optional(),
})
const tag = z.string().trim().min(1).max(60)
const tagsSchema = z.array(tag).max(50)
const querySchema = z.strictObject({
  study: studyIdSchema.optional(),
  archived: z.boolean().optional(),
  words: z.string().max(1000).optional(),
  filters: z.array(filterSchema).max(100).optional(),
  sort: z.array(sortSchema).max(10).optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(0).max(10_000).default(200),
})
const manySchema = z.strictObject({ ids: idsSchema })
const annotateSchema = z.strictObject({
  ids: idsSchema,
  tags: tagsSchema.optional(),
  addTags: tagsSchema.optional(),
  removeTags: tagsSchema.optional(),
  note: z.string().max(10_000).optional(),
  starred: z.boolean().optional(),
  archived: z.boolean().optional(),
})

/** Rows with what is known beside the database: live values; and no run runs that no lab can be running. */
function asTheyStand(context: LabContext, rows: readonly RunRow[]): RunRow[] {
  if (context.queue) return context.queue.rows(rows)
  const left = rows.some(({ status }) => status === 'running') && !isLocked(context.paths)
  return rows.map((row) => (left && row.status === 'running' ? { ...row, status: 'interrupted' } : row))
}

/**
 * Rows of the runs, in the order of the ids; with the labels of a study, where one is named.
 * @throws BenchError `not-found` naming the first id that is not there.
 */
export function rowsOf(context: LabContext, ids: readonly number[], study?: string): RunRow[] {
  context.queue?.flush()
  const rows = listRuns(context.database, { ids, study })
  const live = asTheyStand(context, rows)
  const byId = new Map(live.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = byId.get(id)
    if (!row) throw new BenchError('not-found', `There is no run ${id}.`, 'id')
    return row
  })
}

function command(name: 'pause' | 'resume' | 'cancel' | 'retry') {
  return (context: LabContext, input: unknown): RunRow[] => {
    const { ids } = parseInput(manySchema, input)
    const queue: Queue = queueOf(context)
    rowsOf(context, ids)
    queue[name](ids)
    return rowsOf(context, ids)
  }
}

export const runHandlers: Handlers<
  | 'runs/list'
  | 'runs/get'
  | 'runs/series'
  | 'runs/query'
  | 'runs/columns'
  | 'runs/pause'
  | 'runs/resume'
  | 'runs/cancel'
  | 'runs/retry'
  | 'runs/annotate'
> = {
  'runs/list': (context, input) => {
    const filter = parseInput(listSchema, input)
    context.queue?.flush()
    const rows = listRuns(context.database, filter)
    return asTheyStand(context, rows)
  },
  'runs/get': (context, input) => {
    const { id } = parseInput(z.strictObject({ id: idSchema }), input)
    const [row] = rowsOf(context, [id])
    return {
      row,
      layers: listLayers(context.database, id),
      events: listEvents(context.database, id),
      environment: environmentOf(context.database, id),
    }
  },
  'runs/series': (context, input) => {
    const { runs, phase, name, maxPoints = ALL_POINTS, ...part } = parseInput(seriesSchema, input)
    context.queue?.flush()
    return runs.map((run) => readSeries(context.database, run, phase, name, maxPoints, part))
  },
  'runs/query': (context, input) => {
    const query = parseInput(querySchema, input)
    context.queue?.flush()
    const ids = matchingRuns(context.database, query)
    const page = ids.slice(query.offset, query.offset + query.limit)
    return { ids, offset: query.offset, rows: page.length === 0 ? [] : rowsOf(context, page, query.study) }
  },
  'runs/columns': (context, input) => columnsOf(context.database, parseInput(listSchema, input)),
  'runs/pause': command('pause'),
  'runs/resume': command('resume'),
  'runs/cancel': command('cancel'),
  'runs/retry': command('retry'),
  'runs/annotate': (context, input) => {
    const { ids, tags, addTags, removeTags, note, starred, archived } = parseInput(annotateSchema, input)
    queueOf(context)
    const before = rowsOf(context, ids)
    context.database
      .transaction(() => {
        for (const row of before) {
          const kept = (tags ?? row.tags).filter((each) => !removeTags?.includes(each))
          changeRun(context.database, row.id, {
            tags: JSON.stringify([...new Set([...kept, ...(addTags ?? [])])]),
            ...(note === undefined ? {} : { note }),
            ...(starred === undefined ? {} : { starred: Number(starred) }),
            ...(archived === undefined ? {} : { archived: Number(archived) }),
          })
        }
      })
      .immediate()
    const rows = rowsOf(context, ids)
    for (const row of rows) context.emitter.emit('run/changed', row)
    return rows
  },
}
