/** Saved views of the tables. */
import { z } from 'zod'
import { BenchError } from '../../shared/contract/errors.ts'
import { VIEW_PAGES } from '../../shared/contract/views.ts'
import { queueOf } from '../context.ts'
import { deleteView, listViews, saveView } from '../store/views.ts'
import { parseInput, studyIdSchema } from './types.ts'
import type { Handlers } from './types.ts'

const columnId = z.string().min(1).max(200)
export const filterSchema = z.strictObject({
  column: columnId,
  relation: z.enum([':', '<', '>', '≤', '≥']),
  value: z.string().max(1000),
})
export const sortSchema = z.strictObject({ column: columnId, descending: z.boolean() })
const pageSchema = z.enum(VIEW_PAGES)
const nameSchema = z.string().trim().min(1).max(80)
const viewSchema = z.strictObject({
  columns: z
    .array(
      z.strictObject({
        id: columnId,
        width: z.number().min(20).max(2000).optional(),
        pinned: z.boolean().optional(),
      }),
    )
    .max(1000),
  filters: z.array(filterSchema).max(100),
  words: z.string().max(1000),
  sort: z.array(sortSchema).max(10),
  groupBy: z.array(columnId).max(10),
  study: studyIdSchema.nullable(),
  archived: z.boolean(),
})

export const viewHandlers: Handlers<'views/list' | 'views/save' | 'views/delete'> = {
  'views/list': (context, input) =>
    listViews(context.database, parseInput(z.strictObject({ page: pageSchema }), input).page),
  'views/save': (context, input) => {
    const schema = z.strictObject({ page: pageSchema, name: nameSchema, view: viewSchema })
    const { page, name, view } = parseInput(schema, input)
    queueOf(context)
    const saved = { page, name, view, updatedAt: context.now().toISOString() }
    saveView(context.database, saved)
    context.emitter.emit('views/changed', { page })
    return saved
  },
  'views/delete': (context, input) => {
    const { page, name } = parseInput(z.strictObject({ page: pageSchema, name: nameSchema }), input)
    queueOf(context)
    if (!deleteView(context.database, page, name)) {
      const known = listViews(context.database, page).map((each) => each.name)
      throw new BenchError('not-found', `There is no view “${name}”. Known: ${known.join(', ')}.`, 'name')
    }
    context.emitter.emit('views/changed', { page })
    return listViews(context.database, page)
  },
}
