import Database from 'better-sqlite3'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Lab } from '../../../src/lab/lab.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { curve, expectedCurve, fakeLab, fakeStudy, temporaryFolder, until } from '../support.ts'
import { Stub, taskOf, work } from './stub.ts'

// The logic needs no threads: the fake trainer works in this one, and all data are the same.
vi.mock('../../../src/lab/run/pool.ts', () => import('../../fakes/no-thread.ts'))
vi.mock('../../../src/lab/threads/task-thread.ts', () => import('../../fakes/no-thread.ts'))

async function send(lab: Lab, paths: readonly string[], more: Record<string, unknown> = {}, seeds = [1]) {
  await lab.call('studies/save', { study: fakeStudy(paths, seeds) })
  return lab.call('cluster/submit', { id: 'fake', cluster: 'stub', ...more })
}

const rows = (lab: Lab) => lab.call('runs/list', { archived: true })

/** All that a home's database holds, as text. */
function contents(home: string): string {
  const database = new Database(pathsOf(home).database, { readonly: true })
  try {
    const tables = database
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all()
    return JSON.stringify(tables.map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all()]))
  } finally {
    database.close()
  }
}

describe('sending a study', () => {
  it('tells what it would send, and stores and submits nothing', async () => {
    const stub = new Stub(2)
    const lab = fakeLab()
    await stub.cluster(lab, { partition: 'long', atOnce: 3, cpus: 4, setUp: ['module load x'] })
    const told = await send(lab, ['steps=3', 'steps=4', 'steps=5'], { dryRun: true, time: 25 })
    expect(told).toMatchObject({ submitted: 3, tasks: 3, minutes: 25, jobs: [], arrays: ['0-1%3', '0-0%3'] })
    expect(told.scripts[0]).toMatch(/#SBATCH --partition=long\n#SBATCH --time=25\n/)
    expect(told.scripts[0]).toMatch(/--cpus-per-task=4\n[^]*module load x\n[^]*\nexec /)
    expect(told.scripts[0]).toMatch(
      /\ntrap '' USR1\n[^]*\nexec env ELECTRON_RUN_AS_NODE=1 .* --disable-sigusr1 /,
    )
    expect(await rows(lab)).toEqual([])
    expect([stub.read('count'), existsSync(stub.spool)]).toEqual(['0', false])
  })

  it('tells what it would send of a study that is not stored, and does not store it', async () => {
    const stub = new Stub(2)
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    await stub.cluster(lab, {})
    const before = contents(home)
    const given = { id: 'fake', cluster: 'stub', study: fakeStudy(['steps=3', 'steps=4']) }
    expect(await lab.call('cluster/submit', { ...given, dryRun: true })).toMatchObject({ submitted: 2 })
    expect(contents(home)).toBe(before)
    await expect(lab.call('cluster/submit', given)).rejects.toMatchObject({ code: 'bad-input' })
    const preset = { ...given, study: fakeStudy(['steps=3'], [1], 'quick-start'), dryRun: true }
    await expect(lab.call('cluster/submit', preset)).rejects.toMatchObject({ code: 'conflict' })
    expect(contents(home)).toBe(before)
  })

  it('sends arrays as large as the scheduler takes, and no run twice', async () => {
    const stub = new Stub(2)
    const lab = fakeLab({ start: 'all' })
    await stub.cluster(lab, { atOnce: 2 })
    const sent = await send(lab, ['steps=3', 'steps=4', 'steps=5'])
    expect(sent.jobs).toEqual(['1', '2'])
    expect(stub.scripts[0]).not.toContain('dependency')
    expect(stub.scripts[1]).toContain('#SBATCH --dependency=afterany:1\n')
    expect(stub.scripts[1]).toContain('"$((2 + SLURM_ARRAY_TASK_ID))"')
    expect(await send(lab, ['steps=3', 'steps=4', 'steps=5'])).toMatchObject({ submitted: 0, reused: 3 })
    // This computer's queue has nothing to do with them.
    expect(await lab.call('queue/state', {})).toMatchObject({ queued: 0, running: 0 })
    expect(await lab.call('queue/list', {})).toEqual([])
    expect((await rows(lab)).map((row) => [row.status, row.cluster?.name])).toEqual(
      Array(3).fill(['queued', 'stub']),
    )
  })

  it('packs runs into tasks', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab, { perTask: 2 })
    expect(await send(lab, ['steps=3', 'steps=4', 'steps=5'])).toMatchObject({ tasks: 2, arrays: ['0-1'] })
    await work(stub.submissions[0], 0)
    await lab.call('cluster/collect', {})
    expect((await rows(lab)).map(({ status }) => status)).toEqual(['finished', 'finished', 'queued'])
  })

  it('is refused in words, with nothing stored', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab, { partition: 'nowhere' })
    await expect(send(lab, ['steps=3'])).rejects.toThrow(/refuses the job: invalid partition.*sinfo/)
    await stub.cluster(lab, { folder: join(stub.folder, 'count', 'below') })
    await expect(send(lab, ['steps=3'])).rejects.toThrow(/count/)
    await expect(stub.cluster(lab, { folder: 'near' })).rejects.toThrow(/folder: a whole path/)
    await stub.cluster(lab)
    process.env['PATH'] = temporaryFolder()
    await expect(send(lab, ['steps=3'])).rejects.toThrow(/no scontrol here.*login node/)
    expect(await rows(lab)).toEqual([])
  })

  it('that the scheduler does not take has failed with its words, and can be sent again', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    stub.write('refuse', '')
    await expect(send(lab, ['steps=3'])).rejects.toThrow(/permission denied.*Your account may not/)
    const [failed] = await rows(lab)
    expect(failed).toMatchObject({ status: 'failed', cluster: { name: 'stub' } })
    expect(failed.error?.message).toContain('permission denied')
    rmSync(join(stub.folder, 'refuse'))
    await lab.call('runs/retry', { ids: [failed.id] })
    expect((await rows(lab))[0]).toMatchObject({ status: 'queued', error: null })
    expect(stub.scripts).toHaveLength(1)
  })
})

describe('collecting', () => {
  it('takes over what a task told, once', async () => {
    const stub = new Stub()
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=40', 'steps=30 fail=20', 'steps=30 nan=12'])
    for (const task of [0, 1, 2]) await work(stub.submissions[0], task)
    const collected = await lab.call('cluster/collect', {})
    expect(collected).toMatchObject({ finished: 2, failed: 1, running: 0, waiting: 0, troubles: [] })
    const [whole, failed, diverged] = await rows(lab)
    expect(whole).toMatchObject({ status: 'finished', step: 40, backendUsed: 'fake' })
    expect(failed).toMatchObject({ status: 'failed', error: { message: 'made to fail at step 20' } })
    expect(diverged).toMatchObject({ status: 'diverged', divergedAt: 12 })
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 40))
    const { environment, layers } = await lab.call('runs/get', { id: runs[0] })
    expect(environment).toMatchObject({ 'cluster node': 'node7', 'cluster job': '1_0', cluster: 'stub' })
    expect(layers).toHaveLength(1)
    const before = contents(home)
    expect(await lab.call('cluster/collect', {})).toMatchObject({ finished: 0, failed: 0, points: 0 })
    expect(contents(home)).toBe(before)
  })

  it('shows curves of a run that runs; one that was stopped has no gap or repetition', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=120 ms=10'])
    const [root] = stub.submissions
    const task = taskOf(root, 0)
    const first = task.work()
    stub.says('1_0 RUNNING')
    const journal = join(root, 'journals', `${runs[0]}.1`)
    await told(journal, '"step":20')
    await lab.call('cluster/collect', {})
    expect((await rows(lab))[0]).toMatchObject({
      status: 'running',
      cluster: { state: 'RUNNING', node: 'node7' },
    })
    expect((await curve(lab, runs[0])).length).toBeGreaterThan(5)
    task.stop()
    expect(await first).toEqual({ failed: 0, stopped: true, stuck: null })
    stub.says('1_0 PENDING BeginTime')
    await lab.call('cluster/collect', {})
    expect((await rows(lab))[0]).toMatchObject({
      ...{ status: 'queued' },
      cluster: { state: 'PENDING', reason: 'BeginTime' },
    })
    expect(await work(root, 0)).toEqual({ failed: 0, stopped: false, stuck: null })
    await lab.call('cluster/collect', {})
    expect((await rows(lab))[0]).toMatchObject({ status: 'finished', step: 120 })
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 120))
  })

  it('goes on after a task that died within a line, whatever the dead one still writes', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=120 ms=10'])
    const [root] = stub.submissions
    const task = taskOf(root, 0)
    const first = task.work()
    const journal = join(root, 'journals', `${runs[0]}.1`)
    await told(journal, '"step":20')
    task.stop()
    await first
    // A line of zeros, one cut off, and points of steps that the second attempt does itself.
    const late = { kind: 'metrics', at: new Date().toISOString(), points: [point(119, 7), point(120, 8)] }
    appendFileSync(journal, `\0\0\0\n${JSON.stringify(late)}\n{"kind":"metr`)
    await lab.call('cluster/collect', {})
    expect((await curve(lab, runs[0])).at(-1)).toEqual([120, 8])
    const second = work(root, 0)
    await second
    appendFileSync(journal, 'ics","points":[]}\n')
    await lab.call('cluster/collect', {})
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 120))
  })

  it('brings the last weights into the home, and clears the spool of what nobody needs', async () => {
    const stub = new Stub()
    const home = temporaryFolder()
    const lab = fakeLab({ home })
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=120 ms=10 fail=110'])
    const [root] = stub.submissions
    const task = taskOf(root, 0)
    const first = task.work()
    await told(join(root, 'journals', `${runs[0]}.1`), '"step":10')
    task.stop()
    await first
    await work(root, 0)
    await lab.call('cluster/collect', {})
    expect((await rows(lab))[0].status).toBe('failed')
    expect(readdirSync(pathsOf(home).checkpoints)).toHaveLength(1)
    expect(existsSync(join(root, 'checkpoints'))).toBe(false)
    // Begun again after that, it has nothing to do, and is no failure.
    expect(await work(root, 0)).toEqual({ failed: 0, stopped: false, stuck: null })
    await lab.call('runs/retry', { ids: runs })
    const [, again] = stub.submissions
    await work(again, 0, '2')
    await lab.call('cluster/collect', {})
    const { events } = await lab.call('runs/get', { id: runs[0] })
    expect(events.map(({ message }) => message).join('\n')).toMatch(
      /Goes on from step \d+ on node7 \(job 2_0\)/,
    )
    expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 109))
  })

  it('tells what became of tasks without a result, and nothing where nobody answers', async () => {
    const stub = new Stub()
    let now = new Date('2026-01-01T00:00:00Z')
    const lab = fakeLab({ now: () => now })
    await stub.cluster(lab)
    await send(lab, ['steps=3', 'steps=4', 'steps=5', 'steps=6', 'steps=7'])
    stub.write('down', '')
    const { troubles } = await lab.call('cluster/collect', {})
    expect(troubles.join()).toMatch(/Slurm does not answer: .*Unable to contact slurm controller/)
    expect((await rows(lab)).map(({ status }) => status)).toEqual(Array(5).fill('queued'))
    rmSync(join(stub.folder, 'down'))
    stub.says(
      '1_0 TIMEOUT TimeLimit',
      '1_1 CANCELLED',
      '1_2 FAILED RaisedSignal:9(Killed)',
      '1_3 PENDING Resources',
    )
    await lab.call('cluster/collect', {})
    // What was sent a moment ago may not be known yet.
    const states = (await rows(lab)).map(({ status, error }) => [status, error?.message ?? ''])
    expect(states.map(([status]) => status)).toEqual(['failed', 'cancelled', 'failed', 'queued', 'queued'])
    expect(states[0][1]).toMatch(/task 1_0 ended as TIMEOUT \(TimeLimit\) on node7.*--time/)
    expect(states[2][1]).toMatch(/FAILED \(RaisedSignal:9\(Killed\)\).*lab cluster log 3/)
    expect((await rows(lab))[3].cluster).toMatchObject({ job: '1_3', state: 'PENDING', reason: 'Resources' })
    now = new Date('2026-01-01T01:00:00Z')
    await lab.call('cluster/collect', {})
    const [, , , waiting, lost] = await rows(lab)
    expect(waiting.status).toBe('queued')
    expect(lost).toMatchObject({ status: 'failed' })
    expect(lost.error?.message).toContain('not known to Slurm any more')
    // One that nothing but its user's word begins, as after launches that failed.
    stub.says('1_3 PENDING JobHeldUser')
    const held = await lab.call('cluster/collect', {})
    expect(held.troubles).toEqual(['A task is held, and waits until you let it go: scontrol release 1_3'])
  })

  it('goes on by itself in a lab that is open', async () => {
    const stub = new Stub()
    const lab = fakeLab({ start: 'all' })
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=5'])
    await work(stub.submissions[0], 0)
    await until(lab, runs, 'finished')
  })
})

describe('cancelling and retrying', () => {
  it('ends tasks of which no run is wanted, and leaves the others', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab, { perTask: 2 })
    const { runs } = await send(lab, ['steps=3', 'steps=4', 'steps=5', 'steps=6'])
    stub.says('1_0 PENDING Priority', '1_1 PENDING Priority')
    await expect(lab.call('runs/pause', { ids: [runs[0]] })).rejects.toThrow(/cannot be paused from here/)
    const cancelled = await lab.call('runs/cancel', { ids: [runs[0], runs[2], runs[3]] })
    expect(cancelled.map(({ status }) => status)).toEqual(Array(3).fill('cancelled'))
    expect(stub.read('cancelled')).toBe('1_[1]\n')
    await work(stub.submissions[0], 0)
    await lab.call('cluster/collect', {})
    expect((await rows(lab)).map(({ status }) => status)).toEqual([
      ...['cancelled', 'finished', 'cancelled', 'cancelled'],
    ])
    await lab.call('runs/retry', { ids: runs })
    const inputs = JSON.parse(readFileSync(join(stub.submissions[1], 'tasks', '0.json'), 'utf8')) as unknown[]
    expect([stub.scripts.length, inputs.length]).toEqual([2, 2])
  })

  it('cancels a run that runs, at its next step', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=100000 ms=2'])
    const [root] = stub.submissions
    const working = work(root, 0)
    stub.says('1_0 RUNNING')
    await told(join(root, 'journals', `${runs[0]}.1`), '"step":10')
    await lab.call('cluster/cancel', { study: 'fake' })
    await working
    await lab.call('cluster/collect', {})
    expect((await rows(lab))[0].status).toBe('cancelled')
  })

  it('runs of a cluster that failed can be trained here', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=5'])
    stub.says('1_0 FAILED NonZeroExitCode')
    await lab.call('cluster/collect', {})
    await lab.call('studies/start', { id: 'fake' })
    lab.work(null)
    const [row] = await until(lab, runs, 'finished')
    expect(row.cluster).toBeUndefined()
  })

  it('a cluster with runs out is not forgotten', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    await send(lab, ['steps=5'])
    await expect(lab.call('cluster/remove', { name: 'stub' })).rejects.toThrow(/1 run is out on stub/)
    await work(stub.submissions[0], 0)
    await lab.call('cluster/collect', {})
    await lab.call('cluster/remove', { name: 'stub' })
    expect(await lab.call('cluster/list', {})).toEqual([])
    await expect(lab.call('cluster/show', { name: 'stub' })).rejects.toThrow(/no cluster “stub”/)
  })

  it('the output of a task is at hand', async () => {
    const stub = new Stub()
    const lab = fakeLab()
    await stub.cluster(lab)
    const { runs } = await send(lab, ['steps=5'])
    await expect(lab.call('cluster/log', { run: runs[0] })).rejects.toThrow(/no output yet/)
    writeFileSync(join(stub.submissions[0], 'logs', '1_0.log'), 'x'.repeat(70_000) + '\nthe end\n')
    const log = await lab.call('cluster/log', { run: runs[0] })
    expect([log.text.length, log.bytes]).toEqual([65_536, 70_009])
    expect(log.text).toMatch(/the end\n$/)
    expect(statSync(log.file).size).toBe(log.bytes)
  })
})

/** Waits until a journal holds a text. */
async function told(file: string, text: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes(text)) {
    if (Date.now() > deadline) throw new Error(`${file} does not tell ${text}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const point = (step: number, value: number) => ({
  step,
  epoch: 1,
  wall: 1,
  phase: 'train',
  name: 'loss',
  value,
})
