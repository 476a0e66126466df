/** With a real Slurm: what only one can show. Where there is none, it is said why. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import type { RunStatus } from '../../../src/shared/contract/run.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { curve, expectedCurve, fakeLab, fakeStudy, temporaryFolder } from '../support.ts'
import { processesOf, startSlurm, whyNoSlurm } from './real-slurm.ts'
import type { RealSlurm } from './real-slurm.ts'

// Data are the same everywhere; runs are trained where Slurm puts them.
vi.mock('../../../src/lab/threads/task-thread.ts', () => import('../../fakes/no-thread.ts'))

const why = whyNoSlurm()
if (why !== null) console.warn(`Skipped, with a real Slurm: ${why}.`)

const ENTRY = join(import.meta.dirname, '../../fakes/cluster-cli.ts')
const PATIENCE = 240_000
let slurm: RealSlurm | null = null
const before = { ...process.env }

beforeAll(async () => {
  if (why !== null) return
  slurm = await startSlurm()
  process.env['SLURM_CONF'] = join(slurm.folder, 'slurm.conf')
}, PATIENCE)
afterAll(() => {
  slurm?.stop()
  Object.assign(process.env, before)
})

const mounts: string[] = []
afterEach(() => {
  for (const folder of mounts.splice(0)) spawnSync('umount', ['-l', folder])
})

/** A lab of a home, with this machine's cluster. */
async function labOf(home: string, spool: string): Promise<Lab> {
  const lab = fakeLab({ home })
  const program = `env ELECTRON_RUN_AS_NODE=1 ${process.execPath} ${ENTRY}`
  await lab.call('cluster/save', { cluster: { name: 'real', folder: spool, program, time: 5 } })
  return lab
}

async function send(lab: Lab, paths: readonly string[]) {
  await lab.call('studies/save', { study: fakeStudy(paths) })
  return lab.call('cluster/submit', { id: 'fake', cluster: 'real' })
}

/** Collects until the runs are as they should be. */
async function collected(lab: Lab, what: string, holds: (rows: readonly RunRow[]) => boolean) {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    await lab.call('cluster/collect', {})
    const rows = await lab.call('runs/list', { archived: true })
    if (holds(rows)) return rows
    if (Date.now() > deadline)
      throw new Error(
        `${what}: ${JSON.stringify(rows.map(({ status, step, cluster }) => [status, step, cluster]))}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

const are =
  (...statuses: (RunStatus | null)[]) =>
  (rows: readonly RunRow[]): boolean =>
    statuses.every((status, index) => status === null || rows[index].status === status)

/** Whether the journal of an attempt tells a text. */
const tells = (root: string, run: number, attempt: number, text: string): boolean => {
  const file = join(root, 'journals', `${run}.${attempt}`)
  return existsSync(file) && readFileSync(file, 'utf8').includes(text)
}

describe.skipIf(why !== null)('a real Slurm', () => {
  it(
    'a study goes on without its lab, through a requeue, a new controller and killed tasks',
    { timeout: PATIENCE },
    async () => {
      const home = temporaryFolder()
      const spool = join(temporaryFolder(), 'spool')
      let lab = await labOf(home, spool)
      const cases = ['steps=150 ms=30', 'steps=100000 ms=30', 'steps=300 ms=30', 'steps=40 ms=5 kill=30']
      const { jobs, runs, folder } = await send(lab, cases)
      const [job] = jobs
      await collected(lab, 'checkpoints of the first three', (rows) =>
        rows.slice(0, 3).every(({ id }) => tells(folder, id, 1, '"kind":"checkpoint"')),
      )
      await lab.close()
      slurm?.run('scontrol', 'requeue', `${job}_0`)
      slurm?.run('scancel', `${job}_1`)
      // As the system does where memory ends.
      for (const pid of processesOf(folder, 2)) process.kill(pid, 'SIGKILL')
      await slurm?.restartController()
      lab = await labOf(home, spool)
      const rows = await collected(lab, 'all ends', are('finished', 'cancelled', 'failed', 'failed'))
      expect(await curve(lab, runs[0])).toEqual(expectedCurve(1, 150))
      expect(
        readdirSync(join(folder, 'journals')).filter((name) => name.startsWith(`${runs[0]}.`)),
      ).toHaveLength(2)
      expect(rows[2].error?.message).toMatch(/ended as FAILED \(.*\) on .* before this run had a result/)
      expect(rows[3].error?.message).toMatch(/died 2 times \(SIGKILL\)/)
      expect((await lab.call('cluster/log', { run: runs[0] })).text).toMatch(
        /SIGTERM: stopping at a checkpoint/,
      )
      await lab.call('runs/retry', { ids: [runs[2]] })
      const after = await collected(lab, 'the retried', are('finished', 'cancelled', 'finished', 'failed'))
      expect(await curve(lab, runs[2])).toEqual(expectedCurve(1, 300))
      const { events, environment } = await lab.call('runs/get', { id: runs[2] })
      expect(events.map(({ message }) => message).join('\n')).toMatch(/Goes on from step \d+ on /)
      expect(environment['cluster job']).toBe(after[2].cluster?.job)
    },
  )

  it('tells what a cluster refuses, and what a node sees', { timeout: PATIENCE }, async () => {
    const lab = await labOf(temporaryFolder(), join(temporaryFolder(), 'spool'))
    const profile = await lab.call('cluster/show', { name: 'real' })
    const check = await lab.call('cluster/check', { name: 'real', seconds: 120 })
    expect(check.items.filter(({ name }) => name !== 'data').filter(({ ok }) => !ok)).toEqual([])
    expect(check.items.map(({ name }) => name)).toContain('shared folder')
    await lab.call('cluster/save', { cluster: { ...profile, partition: 'nowhere' } })
    await expect(send(lab, ['steps=3'])).rejects.toThrow(/refuses the job: .*invalid partition.*sinfo/i)
    await lab.call('cluster/save', { cluster: { ...profile, program: '/nowhere/lab' } })
    const broken = await lab.call('cluster/check', { name: 'real', seconds: 120 })
    expect(broken.items.at(-1)).toMatchObject({ name: 'program', ok: false })
    expect(broken.items.at(-1)?.text).toContain('/nowhere/lab')
    expect(await lab.call('runs/list', {})).toEqual([])
  })

  it('a full spool disk is told, and what was told before stays', { timeout: PATIENCE }, async ({ skip }) => {
    const spool = join(temporaryFolder(), 'small')
    mkdirSync(spool)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'none', spool], { stdio: 'ignore' })
    } catch {
      skip('this machine does not mount file systems')
    }
    mounts.push(spool)
    const lab = await labOf(temporaryFolder(), spool)
    const { runs } = await send(lab, ['steps=6000 ms=1'])
    const [row] = await collected(lab, 'the end', are('failed'))
    expect(row.error?.message).toMatch(/disk that holds .* is full/)
    const points = await curve(lab, runs[0])
    expect(points.length).toBeGreaterThan(100)
    expect(points).toEqual(expectedCurve(1, points.length))
  })
})
