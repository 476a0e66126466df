/** Importance and parallel coordinates of stored runs, against the runs themselves. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { expect, it, vi } from 'vitest'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

it('explains the variance, draws a curve a combination, and names what it cannot take', async () => {
  const lab = fakeLab()
  const runs = await start(lab, fakeStudy(['steps=10', 'steps=12', 'steps=14'], [1, 2, 3]))
  await until(lab, runs, 'finished')
  const request = { study: 'fake', metric: 'train.loss', at: 'last' } as const
  const rows = await lab.call('runs/list', { study: 'fake' })
  const [axis] = Object.keys(rows[0].labels)
  const groups = new Map<string, number[]>()
  for (const row of rows)
    groups.set(row.labels[axis], [...(groups.get(row.labels[axis]) ?? []), row.last['train.loss']])
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const all = [...groups.values()].flat()
  const squares = (values: readonly number[]) => values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0)
  const seeds = [...groups.values()].reduce((sum, values) => sum + squares(values), 0) / squares(all)

  const table = await lab.call('compare/importance', request)
  expect(table).toMatchObject({
    fields: [axis],
    values: 9,
    combinations: 3,
    isFull: true,
    left: 0,
    missing: 0,
  })
  expect(table.terms[0].share).toBeCloseTo(1 - seeds, 10)
  expect(table.seeds.share).toBeCloseTo(seeds, 10)

  const { plot } = await lab.call('figures/get', { ...request, figure: 'parallel-coordinates' })
  if (plot?.kind !== 'parallel') throw new Error('no parallel coordinates')
  expect(plot.axes[0].levels).toEqual([...groups.keys()])
  expect(plot.lines.map((line) => line.value)).toEqual(
    [...groups.values()].map((values) => expect.closeTo(mean(values), 12)),
  )
  expect(plot.lines.flatMap((line) => line.runs).sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id))

  const folder = temporaryFolder()
  const written = async (
    what: 'importance' | 'figure',
    format: 'csv' | 'svg',
    fields?: readonly string[],
  ) => {
    const file = join(folder, `${what}.${format}`)
    const figure = what === 'figure' ? { figure: 'importance' as const } : {}
    await lab.call('export/write', {
      ...request,
      what,
      format,
      file,
      ...figure,
      ...(fields ? { fields } : {}),
    })
    return readFileSync(file, 'utf8')
  }
  const lines = Papa.parse<string[]>((await written('importance', 'csv')).trim()).data
  expect(lines.map((line) => line[2])).toEqual(['term', axis, 'higher interactions', 'seeds'])
  expect(Number(lines[1][3])).toBe(table.terms[0].share)
  expect(await written('figure', 'svg')).toContain(`>${axis}<`)
  await expect(written('importance', 'csv', ['No such field'])).rejects.toThrow(/no “No such field”.*Known:/)
  await expect(lab.call('figures/get', { ...request, figure: 'importance', facet: axis })).rejects.toThrow(
    /without panels/,
  )
})
