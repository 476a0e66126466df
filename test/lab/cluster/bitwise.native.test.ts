/**
 * Real training on a real Slurm, disturbed in the middle, against the same study run here: every number of
 * the curves and every bit of the last weights.
 */
import Database from 'better-sqlite3'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommandLine } from '../../../src/cli/program.ts'
import { writeNpz } from '../../../src/engine/interchange/npz.ts'
import { decodeCheckpoint } from '../../../src/engine/train/checkpoint.ts'
import { pathsOf } from '../../../src/lab/store/home.ts'
import { temporaryFolder } from '../support.ts'
import { processesOf, startSlurm, whyNoSlurm } from './real-slurm.ts'
import type { RealSlurm } from './real-slurm.ts'
import { COMMAND_LINE, WORKER } from '../../entries.ts'

const why = whyNoSlurm()
if (why !== null) console.warn(`Skipped, with a real Slurm: ${why}.`)

const PATIENCE = 240_000
const before = { ...process.env }
let slurm: RealSlurm | null = null
/** What is compiled of the program, kept for the processes of the tasks: half of what starting one takes. */
let compiled = ''

beforeAll(async () => {
  if (why !== null) return
  compiled = mkdtempSync(join(tmpdir(), 'givens-compiled-'))
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_COMPILE_CACHE: compiled }
  const started = startSlurm()
  await promisify(execFile)(process.execPath, [COMMAND_LINE, '--version'], { env })
  slurm = await started
  process.env['SLURM_CONF'] = join(slurm.folder, 'slurm.conf')
  process.env['GIVENS_THREADS'] = '1'
}, PATIENCE)
afterAll(() => {
  slurm?.stop()
  process.env = before
  if (compiled !== '') rmSync(compiled, { recursive: true, force: true })
}, PATIENCE)

/** The command line on a home, with the real trainer; what it wrote. */
async function command(home: string, ...words: string[]): Promise<string> {
  let out = ''
  let err = ''
  const code = await runCommandLine(['--home', home, ...words], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    live: false,
    workerUrl: WORKER,
    onInterrupt: () => () => undefined,
    environment: process.env,
  })
  if (code !== 0) throw new Error(`lab ${words.join(' ')}: ${out}${err}`)
  return out
}

/** A study of three runs of 1080 steps on points around ten centres. */
function studyOf(folder: string): string {
  const [classes, width, train, test] = [10, 96, 1600, 200]
  const numbers = (count: number, shift: number): Float32Array =>
    Float32Array.from({ length: count * width }, (_, at) => {
      const [example, place] = [Math.floor(at / width), at % width]
      const centre = Math.sin(1 + (example % classes) * (place + 1))
      return centre + 2 * Math.sin(shift + 12.9898 * at * at)
    })
  const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, at) => at % classes)
  const arrays = {
    x_train: { shape: [train, width], data: numbers(train, 0) },
    y_train: { shape: [train], data: labels(train) },
    x_test: { shape: [test, width], data: numbers(test, 0.5) },
    y_test: { shape: [test], data: labels(test) },
  }
  const path = join(folder, 'points.npz')
  writeFileSync(path, writeNpz(Object.entries(arrays).map(([name, array]) => ({ name, ...array }))))
  const study = {
    id: 'bits',
    title: 'Bits',
    base: {
      model: { name: 'mlp', depth: 4, width: 96 },
      data: { name: 'file', path },
      sparsity: { distribution: 'erk', density: 0.25 },
      initialization: { scheme: 'eoi' },
      training: { epochs: 24, batchSize: 32, evaluations: 4 },
    },
    seeds: [1, 2, 3],
  }
  const file = join(folder, 'study.json')
  writeFileSync(file, JSON.stringify(study))
  return file
}

/** What a checkpoint holds, less the time that its run took. */
function bitsOf(file: string): string {
  const { wall: _, variables, memory, ...state } = decodeCheckpoint(new Uint8Array(readFileSync(file)))
  const hash = createHash('sha256').update(JSON.stringify(state))
  for (const [name, data] of [...variables, ...(memory ?? [])]) hash.update(name).update(data)
  return hash.digest('hex')
}

/** All that a home's runs told of their training, and digests of their last weights. */
function numbersOf(home: string) {
  const database = new Database(pathsOf(home).database, { readonly: true })
  try {
    const rows = (sql: string) => database.prepare<[], unknown[]>(sql).raw().all() as unknown[][]
    return {
      runs: rows('SELECT id, status, step, total_steps FROM runs ORDER BY id'),
      points: rows(
        'SELECT run, phase, name, step, epoch, value, kind FROM metrics JOIN series ON series.id = series ' +
          'ORDER BY run, phase, name, step',
      ),
      layers: rows('SELECT run, position, report FROM layers ORDER BY run, position'),
      weights: rows('SELECT run, step, file FROM artifacts ORDER BY run, step').map((row) => {
        const [run, step, file] = row as [number, number, string]
        return [run, step, bitsOf(join(pathsOf(home).checkpoints, file))]
      }),
    }
  } finally {
    database.close()
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something holds. @param state what there is instead, for the message of a failure */
async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  state: () => unknown = () => '',
): Promise<void> {
  const deadline = Date.now() + PATIENCE / 2
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} does not come: ${JSON.stringify(state())}`)
    await pause(15)
  }
}

describe.skipIf(why !== null)('real training on a real Slurm', () => {
  it(
    'requeued, warned of its limit, or cancelled and retried, gives what it gives here, bit for bit',
    { timeout: PATIENCE },
    async () => {
      const folder = temporaryFolder()
      const [here, home] = [join(folder, 'here'), join(folder, 'home')]
      const study = studyOf(folder)
      const node = `${process.execPath} ${COMMAND_LINE}`
      const program = `env NODE_COMPILE_CACHE=${compiled} ELECTRON_RUN_AS_NODE=1 ${node}`
      await command(home, 'cluster', 'add', 'real', '--folder', join(folder, 'spool'), '--program', program)
      const send = ['study', 'run', study, '--backend', 'sparse', '--on', 'real', '--per-task', '1', '--json']
      const sent = JSON.parse(await command(home, ...send)) as { jobs: string[]; folder: string }
      const [job] = sent.jobs
      const journal = (run: number): string => {
        const file = join(sent.folder, 'journals', `${run}.1`)
        return existsSync(file) ? readFileSync(file, 'utf8') : ''
      }
      const tells = (task: number, text: string): boolean => {
        const file = join(sent.folder, 'logs', `${job}_${task}.log`)
        return existsSync(file) && readFileSync(file, 'utf8').includes(text)
      }
      // The last task has the array's own number as its own: it is the one that asks for itself. A run stands
      // still at its first steps, so that it cannot be over before it is disturbed.
      const disturb = [
        ['scontrol', 'requeue', `${job}_0`],
        ['scancel', `${job}_1`],
        ['scancel', '--signal=USR1', '--batch', `${job}_2`],
      ].map(async ([name, ...words], task) => {
        await until(`the beginning of run ${task + 1}`, () => journal(task + 1) !== '')
        const [pid] = processesOf(sent.folder, task, '--alone')
        await until(`the first points of run ${task + 1}`, () => journal(task + 1).includes('"metrics"'))
        process.kill(pid, 'SIGSTOP')
        slurm?.run(name, ...words)
        await until(`the signal for task ${task}`, () => tells(task, 'stopping at a checkpoint'))
        if (processesOf(sent.folder, task, '--alone').includes(pid)) process.kill(pid, 'SIGCONT')
      })
      await Promise.all(disturb)
      const collected = async (): Promise<unknown[]> => {
        await pause(300)
        await command(home, 'cluster', 'collect')
        return numbersOf(home).runs.map(([, status]) => status)
      }
      const cancelled = async (): Promise<boolean> => (await collected()).includes('cancelled')
      await until('the cancelled run', cancelled, () => [numbersOf(home).runs, slurm?.run('squeue', '-a')])
      await command(home, 'study', 'run', study, '--backend', 'sparse', '--on', 'real')
      // What waits meanwhile waits for Slurm's pause after a requeue.
      await command(here, 'study', 'run', study, '--backend', 'sparse')
      await command(home, 'cluster', 'collect', '--wait', '--every', '1')
      const { runs, points, weights, layers } = numbersOf(here)
      const there = numbersOf(home)
      expect([there.runs, there.points.length, there.weights]).toEqual([runs, points.length, weights])
      expect(points.filter((row, at) => String(row) !== String(there.points[at]))).toEqual([])
      expect(there.layers).toEqual(layers)
      expect(runs.map(([, status]) => status)).toEqual(['finished', 'finished', 'finished'])
      expect([points.length > 100, weights.length]).toEqual([true, 3])
      // None was over before it was disturbed, and the one that asked for itself asked for no other.
      const spools = readdirSync(join(folder, 'spool'), { withFileTypes: true }).filter((each) =>
        existsSync(join(each.parentPath, each.name, 'journals')),
      )
      const attempts = spools.flatMap(({ parentPath, name }) =>
        readdirSync(join(parentPath, name, 'journals')),
      )
      expect(attempts.toSorted()).toEqual(['1.1', '1.2', '2.1', '2.1', '3.1', '3.2'])
    },
  )
})
