// Axes may be called as what every object has; a run without such an axis has no label of it.
import { expect, it, vi } from 'vitest'
import type { StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { fakeLab, fakeStudy, start, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

const NAMES = ['constructor', 'toString', 'hasOwnProperty', 'valueOf']

it.each(NAMES)('compares runs with and without an axis called %s', async (name) => {
  const lab = fakeLab()
  const named: StudyInput = {
    ...fakeStudy([], [1], 'named'),
    axes: [{ name, points: ['20', '30'].map((n) => ({ label: n, set: { 'data.path': `steps=${n}` } })) }],
  }
  const runs = [...(await start(lab, fakeStudy(['steps=40']))), ...(await start(lab, named))]
  await until(lab, runs, 'finished')
  const request = { metric: 'test.accuracy', at: 'last' } as const
  const own = await lab.call('compare/table', { ...request, study: 'named' })
  expect(own.rows.map(({ labels }) => labels[name])).toEqual(['20', '30'])
  const all = await lab.call('compare/table', { ...request, runs })
  expect(all.rows).toHaveLength(3)
  const table = await lab.call('compare/two-way', { ...request, study: 'named', rows: [name], columns: [] })
  expect(JSON.stringify(table)).toContain('20')
  const asked = lab.call('compare/two-way', { ...request, study: 'fake', rows: [name], columns: [] })
  await expect(asked).rejects.toThrow(/constructor|toString|hasOwnProperty|valueOf/)
})
