import { describe, expect, it, vi } from 'vitest'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import type { RunsQuery } from '../../../src/shared/contract/table.ts'
import { rawField } from '../../../src/shared/spec/paths.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { fakeLab, fakeStudy, start, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

async function prepared(): Promise<{ lab: Lab; rows: readonly RunRow[] }> {
  const lab = fakeLab()
  const study = fakeStudy(['steps=12', 'steps=9 nan=5', 'steps=11 fail=6', 'steps=10'], [1, 2, 3])
  await until(lab, await start(lab, study), 'finished', 'failed', 'diverged')
  const ids = (await lab.call('runs/list', {})).map(({ id }) => id)
  await lab.call('runs/annotate', { ids: ids.slice(0, 4), tags: ['paper', 'first'] })
  await lab.call('runs/annotate', { ids: ids.slice(2, 6), addTags: ['late'], removeTags: ['first'] })
  await lab.call('runs/annotate', { ids: [ids[5]], note: 'Look again', starred: true })
  await lab.call('runs/annotate', { ids: [ids[7]], archived: true })
  return { lab, rows: await lab.call('runs/list', {}) }
}

/** The cell by brute force, from a row in full. */
function cell(row: RunRow, column: string): number | string | null {
  if (column === 'id') return row.id
  if (column === 'status') return row.status
  if (column === 'labels') return Object.values(row.labels).join(' · ')
  if (column === 'tags') return row.tags.join(', ') || null
  if (column === 'note') return row.note || null
  if (column === 'error') return row.error?.message ?? null
  if (column.startsWith('last:')) return row.last[column.slice(5)] ?? null
  if (column.startsWith('best:')) return row.best[column.slice(5)] ?? null
  return (rawField(row.spec, column) as number | string | undefined) ?? null
}

function order(rows: readonly RunRow[], column: string, descending: boolean): number[] {
  const rank = (value: number | string | null) => (value === null ? 2 : Number.isNaN(value) ? 1 : 0)
  const compare = (a: RunRow, b: RunRow): number => {
    const [one, two] = [cell(a, column), cell(b, column)]
    if (rank(one) !== rank(two)) return rank(one) - rank(two)
    if (one === null || two === null || one === two || rank(one) > 0) return a.id - b.id
    return (one < two ? -1 : 1) * (descending ? -1 : 1)
  }
  return [...rows].sort(compare).map(({ id }) => id)
}

describe('the table of runs', () => {
  it('sorts by any column as brute force does; NaN and missing values stand last', async () => {
    const { lab, rows } = await prepared()
    expect(rows).toHaveLength(11)
    const columns = [
      'id',
      'status',
      'labels',
      'tags',
      'note',
      'error',
      'seed',
      'data.path',
      'sparsity.density',
    ]
    for (const column of [...columns, 'last:train.loss', 'best:validation.accuracy', 'last:test.accuracy']) {
      for (const descending of [false, true]) {
        const { ids } = await lab.call('runs/query', { sort: [{ column, descending }], limit: 0 })
        expect(ids, `${column} ${descending}`).toEqual(order(rows, column, descending))
      }
    }
    const two = await lab.call('runs/query', {
      sort: [
        { column: 'status', descending: false },
        { column: 'seed', descending: true },
      ],
    })
    const expected = [...rows].sort((a, b) =>
      a.status < b.status ? -1 : a.status > b.status ? 1 : b.spec.seed - a.spec.seed || a.id - b.id,
    )
    expect(two.rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
  })

  it('filters and searches, alone and together, and answers pages with rows in full', async () => {
    const { lab, rows } = await prepared()
    const ids = async (query: RunsQuery) => (await lab.call('runs/query', query)).ids
    const where = (holds: (row: RunRow) => boolean) => rows.filter(holds).map(({ id }) => id)
    expect(await ids({ filters: [{ column: 'status', relation: ':', value: 'FIN' }] })).toEqual(
      where(({ status }) => status === 'finished'),
    )
    expect(await ids({ filters: [{ column: 'seed', relation: '≥', value: '2' }] })).toEqual(
      where(({ spec }) => spec.seed >= 2),
    )
    expect(await ids({ filters: [{ column: 'last:train.loss', relation: ':', value: 'NaN' }] })).toEqual(
      where(({ last }) => Number.isNaN(last['train.loss'])),
    )
    expect(await ids({ words: 'late STEPS=9' })).toEqual(
      where(({ tags, spec }) => tags.includes('late') && spec.data.path.startsWith('steps=9')),
    )
    expect(await ids({ words: 'look again' })).toEqual(where(({ note }) => note !== ''))
    const filters = [{ column: 'seed', relation: '<' as const, value: '3' }]
    const page = await lab.call('runs/query', { study: 'fake', filters, words: 'steps', offset: 2, limit: 3 })
    expect(page.ids).toEqual(where(({ spec }) => spec.seed < 3))
    expect(page.rows).toEqual(page.ids.slice(2, 5).map((id) => rows.find((row) => row.id === id)))
    expect((await ids({ archived: true })).length).toBe(12)
    expect(await ids({ study: 'none' })).toEqual([])
  })

  it('tells labels, metrics, varied fields and tags; refuses unknown columns with the known', async () => {
    const { lab, rows } = await prepared()
    const columns = await lab.call('runs/columns', {})
    expect(columns.labels).toEqual(['Case'])
    expect(columns.metrics).toEqual([...new Set(rows.flatMap(({ last }) => Object.keys(last)))].sort())
    expect([...columns.varied].sort()).toEqual(['data.path', 'seed'])
    expect(columns.tags).toEqual([
      { tag: 'late', runs: 4 },
      { tag: 'paper', runs: 4 },
      { tag: 'first', runs: 2 },
    ])
    expect((await lab.call('runs/columns', { study: 'fake' })).metrics).toEqual(columns.metrics)
    const sort = [{ column: 'colour', descending: false }]
    await expect(lab.call('runs/query', { sort })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('status, study') as string,
    })
  })
})

describe('saved views', () => {
  it('are kept by page and name, replaced, listed and deleted, over a restart', async () => {
    const lab = fakeLab()
    const view = {
      columns: [{ id: 'id', width: 90, pinned: true }, { id: 'last:test.accuracy' }],
      filters: [{ column: 'status', relation: ':' as const, value: 'finished' }],
      words: 'erk',
      sort: [{ column: 'seconds', descending: true }],
      groupBy: ['study'],
      study: null,
      archived: false,
    }
    await lab.call('views/save', { page: 'runs', name: 'Best', view })
    await lab.call('views/save', { page: 'runs', name: 'all', view: { ...view, words: '' } })
    await lab.call('views/save', { page: 'runs', name: 'Best', view: { ...view, archived: true } })
    expect(await lab.call('views/list', { page: 'compare' })).toEqual([])
    const saved = await lab.call('views/list', { page: 'runs' })
    expect(saved.map(({ name }) => name)).toEqual(['all', 'Best'])
    expect(saved[1].view).toEqual({ ...view, archived: true })
    await expect(lab.call('views/delete', { page: 'runs', name: 'none' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('all, Best') as string,
    })
    expect(await lab.call('views/delete', { page: 'runs', name: 'all' })).toHaveLength(1)
    await expect(
      lab.request('views/save', { page: 'runs', name: 'x', view: { ...view, columns: 'all' } }),
    ).rejects.toMatchObject({ where: 'view.columns' })
  })
})
