/** Saved views of the tables. */
import { BenchError } from '../../shared/contract/errors.ts'
import { queueOf } from '../context.ts'
import { deleteView, listViews, saveView } from '../store/views.ts'
import type { Handlers } from './types.ts'

export const viewHandlers: Handlers<'views/list' | 'views/save' | 'views/delete'> = {
  'views/list': (context, { page }) => listViews(context.database, page),
  'views/save': (context, { page, name, view }) => {
    queueOf(context)
    const saved = { page, name, view, updatedAt: context.now().toISOString() }
    saveView(context.database, saved)
    context.emitter.emit('views/changed', { page })
    return saved
  },
  'views/delete': (context, { page, name }) => {
    queueOf(context)
    if (!deleteView(context.database, page, name)) {
      const known = listViews(context.database, page).map((each) => each.name)
      throw new BenchError('not-found', `There is no view “${name}”. Known: ${known.join(', ')}.`, 'name')
    }
    context.emitter.emit('views/changed', { page })
    return listViews(context.database, page)
  },
}
