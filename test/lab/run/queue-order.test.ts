import { describe, expect, it, vi } from 'vitest'
import type { QueueEntry } from '../../../src/shared/contract/queue.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { fakeLab, fakeStudy, start, temporaryFolder, until } from '../support.ts'

vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))

const CASES = ['steps=10', 'steps=11', 'steps=12', 'steps=13', 'steps=14']

async function waiting(): Promise<{ lab: Lab; home: string; ids: readonly number[] }> {
  const home = temporaryFolder()
  const lab = fakeLab({ home })
  await lab.call('queue/set', { paused: true })
  return { lab, home, ids: await start(lab, fakeStudy(CASES)) }
}

const runs = (entries: readonly QueueEntry[]): number[] => entries.map(({ run }) => run)

describe('the order of the queue', () => {
  it('moves to the front, to the back and before another, keeping the order named', async () => {
    const { lab, ids } = await waiting()
    const [a, b, c, d, e] = ids
    expect(runs(await lab.call('queue/list', {}))).toEqual([a, b, c, d, e])
    expect(runs(await lab.call('queue/order', { ids: [d, c], to: 'front' }))).toEqual([d, c, a, b, e])
    expect(runs(await lab.call('queue/order', { ids: [d], to: 'back' }))).toEqual([c, a, b, e, d])
    expect(runs(await lab.call('queue/order', { ids: [d, c], before: b }))).toEqual([a, d, c, b, e])
    expect(runs(await lab.call('queue/list', {}))).toEqual([a, d, c, b, e])
  })

  it('takes higher priorities first, and gives a moved run the priority of its place', async () => {
    const { lab, ids } = await waiting()
    const [a, b, c, d, e] = ids
    expect(runs(await lab.call('queue/order', { ids: [e, c], priority: 'high' }))).toEqual([e, c, a, b, d])
    expect(runs(await lab.call('queue/order', { ids: [a], priority: 'low' }))).toEqual([e, c, b, d, a])
    const moved = await lab.call('queue/order', { ids: [d], before: c })
    expect(moved.map(({ run, priority }) => [run, priority])).toEqual([
      [e, 'high'],
      [d, 'high'],
      [c, 'high'],
      [b, 'normal'],
      [a, 'low'],
    ])
    expect((await lab.call('queue/order', { ids: [b], to: 'back' })).at(-1)).toMatchObject({
      run: b,
      priority: 'low',
    })
  })

  it('survives a restart, and runs are taken in it; new runs stand behind', async () => {
    const { lab, home, ids } = await waiting()
    const [a, b, c, d, e] = ids
    await lab.call('queue/order', { ids: [e, d], to: 'front' })
    await lab.call('queue/order', { ids: [b], priority: 'high' })
    await lab.close()
    const next = fakeLab({ home })
    expect(runs(await next.call('queue/list', {}))).toEqual([b, e, d, a, c])
    const [late] = await start(next, fakeStudy(['steps=15'], [1], 'late'))
    expect(runs(await next.call('queue/list', {}))).toEqual([b, e, d, a, c, late])
    await next.call('queue/set', { paused: false })
    const rows = await until(next, [...ids, late], 'finished')
    const started = [...rows].sort((x, y) => String(x.startedAt).localeCompare(String(y.startedAt)))
    expect(started.map(({ id }) => id)).toEqual([b, e, d, a, c, late])
    expect(await next.call('queue/list', {})).toEqual([])
  })

  it('tells the times that measured steps give; paused runs keep their place and have none', async () => {
    const { lab, home, ids } = await waiting()
    const [a, b, c, d, e] = ids
    await lab.call('runs/pause', { ids: [b] })
    await lab.close()
    // What a run of these kinds took, as a finished one would have recorded it.
    const { default: Database } = await import('better-sqlite3')
    const { workOf, recordStepTime } = await import('../../../src/lab/store/step-times.ts')
    const { parseSpec } = await import('../../../src/shared/spec/parse.ts')
    const database = new Database(`${home}/bench.sqlite`)
    const time = { backend: 'fake', device: 'cpu', stepMs: 100, startSeconds: 2, stepsPerEpoch: 40 }
    recordStepTime(database, workOf(parseSpec({})), time, '2026-01-01')
    database.close()
    const next = fakeLab({ home })
    const epochs = parseSpec({}).training.epochs
    const seconds = 2 + 4 * epochs
    expect(await next.call('queue/list', {})).toEqual(
      [a, b, c, d, e].map((run, index) => ({
        run,
        status: run === b ? 'paused' : 'queued',
        priority: 'normal',
        seconds,
        startsIn: run === b ? null : seconds * (index === 0 ? 0 : index - 1),
      })),
    )
  })

  it('refuses what cannot be, naming it', async () => {
    const { lab, ids } = await waiting()
    await expect(lab.call('queue/order', { ids: [ids[0]], before: ids[0] })).rejects.toMatchObject({
      code: 'bad-input',
      where: 'before',
    })
    await expect(lab.call('queue/order', { ids: [ids[0]], before: 99 })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(lab.request('queue/order', { ids: [1], priority: 'urgent' })).rejects.toMatchObject({
      code: 'bad-input',
    })
    expect(runs(await lab.call('queue/order', { ids: [99, ids[1]], to: 'front' }))[0]).toBe(ids[1])
  })
})
