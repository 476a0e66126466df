/**
 * A study trained here and by a real Slurm is one and the same, bit for bit: also where its tasks were taken
 * off the node in the middle, by the scheduler or by its warning before the time limit.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLab } from '../../../src/lab/lab.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import type { RunRow } from '../../../src/shared/contract/lab.ts'
import type { StudyInput } from '../../../src/shared/spec/study-schema.ts'
import { temporaryFolder } from '../support.ts'
import { startSlurm, whyNoSlurm } from './real-slurm.ts'
import type { RealSlurm } from './real-slurm.ts'

const why = whyNoSlurm()
if (why !== null) console.warn(`Skipped, real runs with a real Slurm: ${why}.`)

const PATIENCE = 300_000
const before = { ...process.env }
let slurm: RealSlurm
const labs: Lab[] = []

beforeAll(async () => {
  if (why !== null) return
  slurm = await startSlurm()
  process.env['SLURM_CONF'] = join(slurm.folder, 'slurm.conf')
  // What a task of one processor computes with.
  process.env['GIVENS_THREADS'] = '1'
}, PATIENCE)
afterAll(async () => {
  for (const lab of labs) await lab.close()
  slurm?.stop()
  process.env = before
})

const study: StudyInput = {
  id: 'digits',
  title: 'Digits',
  base: {
    model: { depth: 3, width: 64 },
    data: { limit: 4000 },
    sparsity: { distribution: 'erk', density: 0.2 },
    initialization: { scheme: 'eoi' },
    dynamic: { method: 'rigl', interval: 20 },
    // Long enough to be met in the middle.
    training: { epochs: 30, batchSize: 20 },
  },
  axes: [],
  seeds: [1, 2],
}

function realLab(start: 'all' | 'none'): Lab {
  const home = temporaryFolder()
  const lab = openLab({
    ...{ home, start, role: 'a test', computerFile: join(home, 'computer.json') },
    workerUrl: new URL('../../../src/lab/threads/worker.ts', import.meta.url),
  })
  labs.push(lab)
  return lab
}

/** Waits for the end of all runs; `look` is done before each look at them, one at a time. */
async function untilFinished(lab: Lab, look: () => Promise<void>): Promise<readonly RunRow[]> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    await look()
    const rows = await lab.call('runs/list', {})
    if (rows.every(({ status }) => status === 'finished')) return rows
    if (Date.now() > deadline || rows.some(({ status }) => status === 'failed'))
      throw new Error(
        JSON.stringify(rows.map(({ status, step, error, cluster }) => [status, step, error, cluster])),
      )
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** All that a run has come to: its weights, and every number of its curves but the times. */
async function result(lab: Lab, run: number) {
  const file = join(temporaryFolder(), `${run}.safetensors`)
  await lab.call('weights/write', { run, format: 'safetensors', file })
  const bytes = readFileSync(file)
  const header = Number(bytes.readBigUInt64LE(0))
  const { __metadata__: _, ...tensors } = JSON.parse(bytes.toString('utf8', 8, 8 + header)) as object & {
    __metadata__?: unknown
  }
  const csv = join(temporaryFolder(), 'metrics.csv')
  await lab.call('export/write', { what: 'metrics', format: 'csv', runs: [run], file: csv })
  const [head, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\r\n')
  const kept = head
    .split(',')
    .flatMap((name, at) => (/^(phase|metric|step|epoch|value)$/.test(name) ? [at] : []))
  const numbers = lines.map((line) => kept.map((at) => line.split(',')[at]).join())
  return { tensors, weights: bytes.subarray(8 + header).toString('base64'), numbers }
}

describe.skipIf(why !== null)('real runs by a real Slurm', () => {
  it(
    'are those of this computer, also when they were taken off their node',
    { timeout: PATIENCE },
    async () => {
      const here = realLab('none')
      await here.call('studies/save', { study })
      const local = await here.call('studies/start', { id: study.id, backend: 'sparse' })
      here.work(local.runs)
      const there = realLab('none')
      await there.call('studies/save', { study })
      const profile = { name: 'real', folder: join(temporaryFolder(), 'spool'), time: 5 }
      await there.call('cluster/save', { cluster: profile })
      const sent = await there.call('cluster/submit', {
        id: study.id,
        cluster: 'real',
        backend: 'sparse',
        perTask: 1,
      })
      const [job] = sent.jobs
      const progressed = (run: number): boolean => {
        const file = join(sent.folder, 'journals', `${run}.1`)
        return existsSync(file) && /"kind":"progress","step":[1-9]/.test(readFileSync(file, 'utf8'))
      }
      // The second as before its time limit.
      const ways = [
        ['scontrol', 'requeue', `${job}_0`],
        ['scancel', '--batch', '--signal=USR1', `${job}_1`],
      ]
      await Promise.all(
        ways.map(async ([program, ...words], index) => {
          const deadline = Date.now() + PATIENCE
          while (!progressed(sent.runs[index])) {
            if (Date.now() > deadline) throw new Error('a run does not begin')
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
          slurm.run(program, ...words)
        }),
      )
      const rows = await untilFinished(there, async () => {
        await there.call('cluster/collect', {})
        for (const task of [0, 1])
          try {
            // Slurm would wait until the credential of the first attempt is void.
            slurm.run('scontrol', 'update', `JobId=${job}_${task}`, 'StartTime=now')
          } catch {
            // It does not wait.
          }
      })
      await untilFinished(here, () => Promise.resolve())
      for (const [index, run] of sent.runs.entries()) {
        const journals = [1, 2].filter((attempt) =>
          existsSync(join(sent.folder, 'journals', `${run}.${attempt}`)),
        )
        expect(journals).toHaveLength(2)
        expect(await result(there, run)).toEqual(await result(here, local.runs[index]))
        const { environment } = await there.call('runs/get', { id: run })
        expect(environment).toMatchObject({ cluster: 'real', 'cluster job': `${job}_${index}` })
        expect(environment['cluster node']).toBe(rows[index].cluster?.node)
      }
    },
  )
})
