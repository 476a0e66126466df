/** More seeds for rows of a study, and the sample results: what comes, is marked, and goes. */
import { describe, expect, it, vi } from 'vitest'
import { nextSeeds } from '../../../src/lab/run/more-seeds.ts'
import { fakeLab, fakeStudy, start, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

describe('more seeds', () => {
  it('are the lowest that a row does not have', () => {
    expect(nextSeeds([1, 2, 3], 2)).toEqual([4, 5])
    expect(nextSeeds([5, 7], 3)).toEqual([6, 8, 9])
    expect(nextSeeds([3], 1)).toEqual([4])
  })

  it('are queued for the rows that are named, in the study, with its labels', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=10', 'steps=12'], [1, 2]))
    await until(lab, runs, 'finished')
    const added = await lab.call('studies/more-seeds', { study: 'fake', runs: [runs[0]], count: 2 })
    expect(added).toMatchObject({ queued: 2, reused: 0, seeds: [3, 4] })
    const rows = await until(lab, added.runs, 'finished')
    expect(rows.map(({ labels, spec }) => [labels, spec.seed])).toEqual([
      [{ Case: 'steps=10' }, 3],
      [{ Case: 'steps=10' }, 4],
    ])
    const table = await lab.call('compare/table', { study: 'fake', metric: 'train.loss', at: 'last' })
    expect(table.rows.map(({ n }) => n)).toEqual([4, 2])
    await expect(
      lab.call('studies/more-seeds', { study: 'fake', runs: [999], count: 1 }),
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are not needed twice: a start with nothing left says so', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=10']))
    await until(lab, runs, 'finished')
    expect(await lab.call('studies/start', { id: 'fake' })).toMatchObject({ queued: 0, left: 0 })
  })
})

describe('the sample', () => {
  it('is tagged and counted, and goes without anything else', async () => {
    const lab = fakeLab()
    const own = await start(lab, fakeStudy(['steps=10']))
    await until(lab, own, 'finished')
    const { added, study } = await lab.call('bundle/import', { sample: true })
    expect(added.length).toBeGreaterThan(0)
    expect(await lab.call('sample/state', {})).toEqual({ runs: added.length })
    const tagged = (await lab.call('runs/list', {})).filter(({ tags }) => tags.includes('sample'))
    expect(tagged.map(({ id }) => id)).toEqual(added)
    await lab.call('bundle/import', { sample: true })
    expect(await lab.call('sample/state', {})).toEqual({ runs: added.length })
    expect(await lab.call('sample/remove', {})).toEqual({ removed: added.length })
    expect((await lab.call('runs/list', { archived: true })).map(({ id }) => id)).toEqual(own)
    expect(await lab.call('runs/list', { study })).toEqual([])
    expect(await lab.call('sample/state', {})).toEqual({ runs: 0 })
  })
})
