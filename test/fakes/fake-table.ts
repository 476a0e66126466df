/** The fake lab's table of runs, its order of waiting runs and its saved views: simple, in memory. */
import { BenchError } from '../../src/shared/contract/errors.ts'
import type { LabMethods, RunRow } from '../../src/shared/contract/lab.ts'
import type { Priority, QueueEntry } from '../../src/shared/contract/queue.ts'
import { PRIORITIES } from '../../src/shared/contract/queue.ts'
import type { RunsColumns, RunsPage, RunsQuery } from '../../src/shared/contract/table.ts'
import type { SavedView } from '../../src/shared/contract/views.ts'

function cell(row: RunRow, column: string): number | string | null {
  const [at, metric] = column.split(':')
  if (at === 'last' || at === 'best') return row[at][metric] ?? null
  const found = column
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], {
      ...row.spec,
      ...row,
    })
  return typeof found === 'number' || typeof found === 'string' ? found : null
}

/** A page of rows; relations other than `:` compare numbers. */
export function queryFake(rows: readonly RunRow[], query: RunsQuery): RunsPage {
  const { archived = false, words = '', filters = [], sort = [], offset = 0, limit = 200 } = query
  const kept = rows.filter((row) => {
    const text = [row.id, row.study, row.status, ...Object.values(row.labels), ...row.tags, row.note].join(
      ' ',
    )
    return (
      (archived || !row.archived) &&
      words.split(' ').every((word) => text.toLowerCase().includes(word.toLowerCase())) &&
      filters.every(({ column, relation, value }) => {
        const own = cell(row, column)
        if (relation === ':') return typeof own === 'number' ? own === Number(value) : !!own?.includes(value)
        if (typeof own !== 'number') return false
        return relation === '<' || relation === '≤' ? own <= Number(value) : own >= Number(value)
      })
    )
  })
  const [by] = sort
  if (by) {
    kept.sort((a, b) => {
      const [one, two] = [cell(a, by.column) ?? '', cell(b, by.column) ?? '']
      return (one < two ? -1 : one > two ? 1 : a.id - b.id) * (by.descending ? -1 : 1)
    })
  }
  return { ids: kept.map(({ id }) => id), offset, rows: kept.slice(offset, offset + limit) }
}

export function columnsFake(rows: readonly RunRow[]): RunsColumns {
  const names = (of: (row: RunRow) => readonly string[]) => [...new Set(rows.flatMap(of))]
  return {
    labels: names((row) => Object.keys(row.labels)),
    metrics: names((row) => Object.keys(row.last)).sort(),
    varied: ['sparsity.density', 'initialization.scheme', 'seed'],
    tags: names((row) => row.tags).map((tag) => ({
      tag,
      runs: rows.filter((row) => row.tags.includes(tag)).length,
    })),
  }
}

type Order = Pick<LabMethods, 'queue/list' | 'queue/order'>

export function fakeQueueOrder(rows: () => readonly RunRow[]): Order {
  let order: number[] = []
  const priorities = new Map<number, Priority>()
  const list = (): QueueEntry[] => {
    const waiting = rows().filter(({ status }) => status === 'queued' || status === 'paused')
    const place = (id: number) => (order.indexOf(id) < 0 ? order.length + id : order.indexOf(id))
    const rank = (id: number) => PRIORITIES.indexOf(priorities.get(id) ?? 'normal')
    return [...waiting]
      .sort((a, b) => rank(b.id) - rank(a.id) || place(a.id) - place(b.id))
      .map(({ id, status }, index) => ({
        run: id,
        status: status as QueueEntry['status'],
        priority: priorities.get(id) ?? 'normal',
        seconds: 38,
        startsIn: 38 * (index + 1),
      }))
  }
  return {
    'queue/list': list,
    'queue/order': (input) => {
      const rest = list().filter(({ run }) => !input.ids.includes(run))
      const at =
        'before' in input
          ? rest.findIndex(({ run }) => run === input.before)
          : 'to' in input && input.to === 'front'
            ? 0
            : rest.length
      const neighbour = rest[at] ?? rest.at(-1)
      for (const id of input.ids)
        priorities.set(id, 'priority' in input ? input.priority : (neighbour?.priority ?? 'normal'))
      order = rest.map(({ run }) => run)
      order.splice(at, 0, ...input.ids)
      return list()
    },
  }
}

type Views = Pick<LabMethods, 'views/list' | 'views/save' | 'views/delete'>

export function fakeViews(): Views {
  const saved: SavedView[] = []
  const drop = (page: string, name: string) => {
    const at = saved.findIndex((each) => each.page === page && each.name === name)
    if (at >= 0) saved.splice(at, 1)
    return at >= 0
  }
  return {
    'views/list': ({ page }) => saved.filter((each) => each.page === page),
    'views/save': ({ page, name, view }) => {
      drop(page, name)
      saved.push({ page, name, view, updatedAt: '2026-11-20T09:12:00Z' })
      return saved[saved.length - 1]
    },
    'views/delete': ({ page, name }) => {
      if (!drop(page, name)) throw new BenchError('not-found', `There is no view “${name}”.`, 'name')
      return saved.filter((each) => each.page === page)
    },
  }
}
