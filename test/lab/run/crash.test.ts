import { describe, expect, it } from 'vitest'
import { recover } from '../../../src/lab/run/recover.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { openStore } from '../../../src/lab/store/open.ts'
import { changeRun } from '../../../src/lab/store/runs.ts'
import { runUntilKilled } from './crash.ts'
import {
  curve,
  expectedCurve,
  FAKE_WORKER,
  fakeLab,
  fakeStudy,
  start,
  temporaryFolder,
  until,
} from '../support.ts'

async function prepare(paths: string[]): Promise<{ home: string; runs: readonly number[] }> {
  const home = temporaryFolder()
  const lab = fakeLab({ home, start: 'none' })
  const runs = await start(lab, fakeStudy(paths))
  await lab.close()
  return { home, runs }
}

describe('a lab killed with SIGKILL', () => {
  it('goes on from the last checkpoint, with neither gap nor duplicate, then runs the queue', async () => {
    const { home, runs } = await prepare(['steps=300 ms=3', 'steps=20'])
    expect(await runUntilKilled(home, FAKE_WORKER, (line) => Number(line.split(' ')[2]) > 120)).toBe(
      'SIGKILL',
    )
    const reader = fakeLab({ home, readOnly: true })
    const before = (await reader.call('runs/list', {})).find(({ id }) => id === runs[0])
    expect(before).toMatchObject({ status: 'interrupted' })
    expect(before?.step).toBeGreaterThan(0)
    const lab = fakeLab({ home })
    const rows = await until(lab, runs, 'finished')
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 300))
    expect(rows[0].last['train.loss']).toBe(expectedCurve(1, 300)[299][1])
    const { events } = await lab.call('runs/get', { id: runs[0] })
    expect(events.filter(({ message }) => message.includes('lab ended'))).toHaveLength(1)
    // It did not start again from the beginning.
    expect(rows[0].seconds).toBeGreaterThan(0.9)
  })

  it('does not try a run for ever that takes the lab down with it', async () => {
    const { home, runs } = await prepare(['steps=300 kill=1', 'steps=20'])
    expect(await runUntilKilled(home, FAKE_WORKER, () => false)).toBe('SIGKILL')
    // Two more labs, as far as they came: each found the run running, and began it again.
    const database = openStore(pathsOf(home))
    for (let death = 1; death < 3; death++) {
      expect(recover(database, '2026-01-01', true)).toContain(runs[0])
      changeRun(database, runs[0], { status: 'running' })
    }
    database.close()
    const lab = fakeLab({ home, lastDied: true })
    const rows = await until(lab, runs, 'failed', 'finished')
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'finished'])
    expect(rows[0].error?.message).toContain('died again and again')
  })

  it('does not blame a run for deaths that came from outside', async () => {
    const { home, runs } = await prepare(['steps=20'])
    const database = openStore(pathsOf(home))
    for (let death = 0; death < 20; death++) {
      changeRun(database, runs[0], { status: 'running' })
      expect(recover(database, '2026-01-01', false)).toEqual([...runs])
    }
    changeRun(database, runs[0], { status: 'running' })
    expect(recover(database, '2026-01-01', false)).toEqual([])
    database.close()
  })
})

describe('two labs', () => {
  it('on one home: the second is told who has it, and reading works beside', async () => {
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    expect(() => fakeLab({ home })).toThrow(new RegExp(`in use by a test \\(process ${process.pid},.*--home`))
    const reader = fakeLab({ home, readOnly: true })
    const runs = await start(lab, fakeStudy(['steps=20']))
    await until(lab, runs, 'finished')
    expect((await reader.call('runs/list', {})).map(({ status }) => status)).toEqual(['finished'])
    await expect(reader.call('runs/cancel', { ids: [...runs] })).rejects.toMatchObject({ code: 'in-use' })
    await lab.close()
    await fakeLab({ home }).call('queue/state', {})
  })
})
