/** Runs: lists, curves, commands, notes. */
import { ALL_POINTS } from '../../shared/contract/calls/runs.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import { commandOnClusters } from '../cluster/commands.ts'
import type { LabContext } from '../context.ts'
import { queueOf } from '../context.ts'
import type { Queue } from '../run/queue.ts'
import { readSeries } from '../store/curves.ts'
import { listEvents } from '../store/events.ts'
import { listLayers } from '../store/layers.ts'
import { isLocked } from '../store/lock.ts'
import { changeRun, environmentOf, listRuns } from '../store/runs.ts'
import { columnsOf, matchingRuns } from '../store/table.ts'
import type { Handlers } from './types.ts'

/** Rows with what is known beside the database: live values; and no run runs that no lab can be running. */
function asTheyStand(context: LabContext, rows: readonly RunRow[]): RunRow[] {
  if (context.queue) return context.queue.rows(rows)
  const isLeft = ({ status, cluster }: RunRow): boolean => status === 'running' && !cluster
  const left = rows.some(isLeft) && !isLocked(context.paths)
  return rows.map((row) => (left && isLeft(row) ? { ...row, status: 'interrupted' } : row))
}

/**
 * Rows of the runs, in the order of the ids; with the labels of a study, where one is named, and with those
 * metrics alone that are.
 * @throws BenchError `not-found` naming the first id that is not there.
 */
export function rowsOf(
  context: LabContext,
  ids: readonly number[],
  study?: string,
  metrics?: readonly string[],
): RunRow[] {
  context.queue?.flush()
  const rows = listRuns(context.database, { ids, study, metrics })
  const live = asTheyStand(context, rows)
  const byId = new Map(live.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = byId.get(id)
    if (!row) throw new BenchError('not-found', `There is no run ${id}.`, 'id')
    return row
  })
}

function command(name: 'pause' | 'resume' | 'cancel' | 'retry') {
  return async (context: LabContext, { ids }: { readonly ids: readonly number[] }): Promise<RunRow[]> => {
    const queue: Queue = queueOf(context)
    rowsOf(context, ids)
    const away = await commandOnClusters(context, name, ids)
    queue[name](ids.filter((id) => !away.has(id)))
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
  'runs/list': (context, filter) => {
    context.queue?.flush()
    const rows = listRuns(context.database, filter)
    return asTheyStand(context, rows)
  },
  'runs/get': (context, { id }) => {
    const [row] = rowsOf(context, [id])
    return {
      row,
      layers: listLayers(context.database, id),
      events: listEvents(context.database, id),
      environment: environmentOf(context.database, id),
    }
  },
  'runs/series': (context, { runs, phase, name, maxPoints = ALL_POINTS, ...part }) => {
    context.queue?.flush()
    return runs.map((run) => readSeries(context.database, run, phase, name, maxPoints, part))
  },
  'runs/query': (context, query) => {
    context.queue?.flush()
    const ids = matchingRuns(context.database, query)
    const page = ids.slice(query.offset, query.offset + query.limit)
    return { ids, offset: query.offset, rows: page.length === 0 ? [] : rowsOf(context, page, query.study) }
  },
  'runs/columns': (context, filter) => columnsOf(context.database, filter),
  'runs/pause': command('pause'),
  'runs/resume': command('resume'),
  'runs/cancel': command('cancel'),
  'runs/retry': command('retry'),
  'runs/annotate': (context, { ids, tags, addTags, removeTags, note, starred, archived }) => {
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
