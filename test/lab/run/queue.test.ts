import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { QueueState, RunRow } from '../../../src/shared/contract/lab.ts'
import {
  curve,
  expectedCurve,
  fakeLab,
  fakeStudy,
  start,
  temporaryFolder,
  until,
  untilStep,
} from '../support.ts'

describe('a study', () => {
  it('runs to the end, with every point of every curve, layers, events and environment', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=50', 'steps=30'], [1, 2]))
    const rows = await until(lab, runs, 'finished')
    expect(rows).toHaveLength(4)
    for (const row of rows) {
      const steps = row.spec.data.path === 'steps=50' ? 50 : 30
      expect(await curve(lab, row.id)).toEqual(expectedCurve(row.spec.seed, steps))
      expect(row).toMatchObject({
        step: steps,
        totalSteps: steps,
        backendUsed: 'fake',
        labels: { Case: `steps=${steps}` },
      })
      expect(row.last['train.loss']).toBe(expectedCurve(row.spec.seed, steps).at(-1)?.[1])
    }
    const detail = await lab.call('runs/get', { id: runs[0] })
    expect(detail.layers.map(({ name, nonzeros }) => [name, nonzeros])).toEqual([['hidden1.kernel', 4]])
    expect(detail.environment).toMatchObject({ 'data hash': 'none', node: process.versions.node })
  })

  it('takes best values at the step of the best validation accuracy, the earlier of two', async () => {
    const lab = fakeLab()
    const [id] = await start(lab, fakeStudy(['steps=60']))
    const [row] = await until(lab, [id], 'finished')
    const tens = expectedCurve(1, 60).filter(([step]) => step % 10 === 0)
    const best = tens.reduce((a, b) => (b[1] > a[1] ? b : a))
    expect(row.best['validation.accuracy']).toBe(best[1])
    expect(row.best['test.accuracy']).toBe(1 - best[1])
    expect(row.best['train.loss']).toBe(best[1])
    expect(row.best['initialization.density']).toBe(0.25)
  })

  it('goes on after a failure, keeps the curve and error, and survives a thread that exits', async () => {
    const lab = fakeLab()
    const runs = await start(
      lab,
      fakeStudy(['steps=50 fail=20', 'steps=50 exit=5', 'steps=50 nan=7', 'steps=20']),
    )
    const rows = await until(lab, runs, 'finished', 'failed', 'diverged')
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'failed', 'diverged', 'finished'])
    expect(rows[0].error).toMatchObject({
      code: 'bad-data',
      message: 'made to fail at step 20',
      where: 'data.path',
    })
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 19))
    expect(rows[1].error?.message).toContain('ended unexpectedly')
    expect(rows[2].divergedAt).toBe(7)
    expect((await curve(lab, runs[2])).at(-1)).toEqual([7, Number.NaN])
    expect(rows[2].last['train.loss']).toBeNaN()
    expect((await lab.call('runs/get', { id: runs[0] })).events.at(-1)).toMatchObject({ level: 'error' })
  })

  it('reuses what exists and queues again what failed', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=20', 'steps=50 fail=20']))
    await until(lab, runs, 'finished', 'failed')
    const again = await lab.call('studies/start', { id: 'fake' })
    expect(again).toEqual({ queued: 1, reused: 1, changed: [], runs, left: 1 })
    await until(lab, runs, 'finished', 'failed')
    expect(
      await lab.call('studies/estimate', { study: fakeStudy(['steps=20', 'steps=7'], [1, 1]) }),
    ).toMatchObject({ runs: 2, duplicates: 2, existing: 1 })
  })
})

describe('the last event of a queue', () => {
  it.each([
    ['finished', ['steps=20', 'steps=10']],
    ['failed', ['steps=10', 'steps=50 fail=20']],
    ['diverged', ['steps=50 nan=7']],
    ['exited', ['steps=50 exit=5']],
  ])('says that nothing runs any more: %s', async (_, cases) => {
    const lab = fakeLab()
    const states: QueueState[] = []
    const rows = new Map<number, RunRow>()
    lab.on('queue/changed', (state) => states.push(state))
    lab.on('run/changed', (row) => rows.set(row.id, row))
    const runs = await start(lab, fakeStudy(cases))
    await until(lab, runs, 'finished', 'failed', 'diverged')
    expect(states.at(-1)).toMatchObject({ running: 0, queued: 0, fraction: null, secondsLeft: null })
    expect(states.at(-1)).toEqual(await lab.call('queue/state', {}))
    expect([...rows.values()].map(({ status }) => status)).not.toContain('running')
  })

  it('says so after a cancellation and a pause too', async () => {
    const lab = fakeLab()
    const states: QueueState[] = []
    lab.on('queue/changed', (state) => states.push(state))
    const [one, two] = await start(lab, fakeStudy(['steps=500 ms=2', 'steps=500 ms=3']))
    await untilStep(lab, one, 3)
    await lab.call('runs/cancel', { ids: [one] })
    await untilStep(lab, two, 3)
    await lab.call('runs/pause', { ids: [two] })
    await until(lab, [one, two], 'cancelled', 'paused')
    expect(states.at(-1)).toMatchObject({ running: 0, queued: 0, fraction: null })
  })
})

describe('commands', () => {
  it('pause leaves a checkpoint; resume makes the uninterrupted curve', async () => {
    const home = temporaryFolder()
    const lab = fakeLab({ home, checkpointEveryMs: 1e9 })
    const [id] = await start(lab, fakeStudy(['steps=200 ms=2']))
    await untilStep(lab, id, 40)
    await lab.call('runs/pause', { ids: [id] })
    const [paused] = await until(lab, [id], 'paused')
    expect(paused.step).toBeGreaterThanOrEqual(40)
    expect(paused.step).toBeLessThan(200)
    const files = readdirSync(join(home, 'checkpoints'))
    expect(files.map((name) => name.slice(name.lastIndexOf('.'))).sort()).toEqual(['.safetensors', '.trail'])
    await lab.call('runs/resume', { ids: [id] })
    const [row] = await until(lab, [id], 'finished')
    expect(await curve(lab, id)).toEqual(expectedCurve(1, 200))
    expect(row.best['validation.accuracy']).toBe(
      Math.max(...(await curve(lab, id, 'accuracy', 'validation')).map(([, value]) => value)),
    )
    expect(readdirSync(join(home, 'checkpoints'))).toHaveLength(0)
  })

  it('cancels running and queued runs, and retries them from where they were', async () => {
    const lab = fakeLab()
    const runs = await start(lab, fakeStudy(['steps=200 ms=2', 'steps=30']))
    await untilStep(lab, runs[0], 40)
    await lab.call('runs/cancel', { ids: [...runs] })
    await until(lab, runs, 'cancelled')
    const changed: RunRow[] = []
    lab.on('run/changed', (row) => changed.push(row))
    await lab.call('runs/retry', { ids: [...runs] })
    await until(lab, runs, 'finished')
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 200))
    // It went on from a checkpoint: no row told a step below the first one.
    expect(
      Math.min(
        ...changed.filter(({ id, status }) => id === runs[0] && status === 'running').map(({ step }) => step),
      ),
    ).toBeGreaterThan(0)
  })

  it('pauses the queue as a whole and remembers it; concurrency lets runs go side by side', async () => {
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    await lab.call('queue/set', { paused: true, concurrency: 2 })
    const states: QueueState[] = []
    lab.on('queue/changed', (state) => states.push(state))
    const runs = await start(lab, fakeStudy(['steps=40 ms=3', 'steps=41 ms=3']))
    expect(await lab.call('queue/state', {})).toMatchObject({
      paused: true,
      running: 0,
      queued: 2,
      concurrency: 2,
    })
    await lab.close()
    const next = fakeLab({ home })
    next.on('queue/changed', (state) => states.push(state))
    expect(await next.call('queue/state', {})).toMatchObject({ paused: true, concurrency: 2 })
    await next.call('queue/set', { paused: false })
    await until(next, runs, 'finished')
    expect(states.some(({ running }) => running === 2)).toBe(true)
    expect(
      states.some(
        ({ secondsLeft, fraction }) =>
          secondsLeft !== null && secondsLeft > 0 && fraction !== null && fraction > 0,
      ),
    ).toBe(true)
    expect(await next.call('queue/state', {})).toMatchObject({
      running: 0,
      queued: 0,
      finished: 2,
      fraction: null,
    })
  })

  it('a checkpoint that is missing starts the run again, and says so', async () => {
    const home = temporaryFolder()
    const lab = fakeLab({ home, checkpointEveryMs: 1e9 })
    const [id] = await start(lab, fakeStudy(['steps=60 ms=2']))
    await untilStep(lab, id, 20)
    await lab.call('runs/pause', { ids: [id] })
    await until(lab, [id], 'paused')
    for (const name of readdirSync(join(home, 'checkpoints'))) {
      expect(existsSync(join(home, 'checkpoints', name))).toBe(true)
      const { rmSync } = await import('node:fs')
      rmSync(join(home, 'checkpoints', name))
    }
    await lab.call('runs/resume', { ids: [id] })
    await until(lab, [id], 'finished')
    expect(await curve(lab, id)).toEqual(expectedCurve(1, 60))
    expect(
      (await lab.call('runs/get', { id })).events.some(({ message }) => message.includes('is missing')),
    ).toBe(true)
  })

  it('refuses what is not there and what is wrong, with the place', async () => {
    const lab = fakeLab()
    await expect(lab.call('runs/get', { id: 99 })).rejects.toMatchObject({ code: 'not-found' })
    await expect(lab.request('runs/get', { id: 'x' })).rejects.toMatchObject({
      code: 'bad-input',
      where: 'id',
    })
    await expect(lab.request('runs/fly', {})).rejects.toMatchObject({ code: 'bad-input' })
    await expect(lab.request('constructor', {})).rejects.toMatchObject({ code: 'bad-input' })
    await expect(lab.call('queue/set', { concurrency: 0 })).rejects.toMatchObject({ where: 'concurrency' })
    await expect(
      lab.call('studies/start', { id: 'quick-start', set: { 'sparsity.density': 1.5 } }),
    ).rejects.toMatchObject({ code: 'bad-specification', where: 'sparsity.density' })
    await expect(
      lab.call('studies/start', { id: 'quick-start', set: { 'initialization.scheme': 'ai' } }),
    ).rejects.toMatchObject({ code: 'bad-input', where: 'initialization.scheme' })
    await expect(
      lab.call('studies/start', { id: 'quick-start', set: { 'training.epochs': -1 } }),
    ).rejects.toMatchObject({ code: 'bad-specification' })
    await expect(lab.call('studies/start', { id: 'quick-strat' })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(await lab.call('runs/list', {})).toEqual([])
  })
})
