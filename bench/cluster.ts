/**
 * What it costs the home to send thousands of runs to a cluster and to collect them: a scheduler that only
 * counts, and tasks that leave what real ones leave, without training.
 *
 *     node bench/cluster.ts [RUNS …]
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLab } from '../src/lab/lab.ts'
import type { Lab } from '../src/lab/lab.ts'
import type { StudyInput } from '../src/shared/spec/study-schema.ts'

const RUNS = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number)
const SEEDS = 10
const PER_TASK = 10
const ARRAY = 100
const POINTS = 40

const scratch = mkdtempSync(join(tmpdir(), 'givens-cluster-cost-'))
const at = (...parts: string[]): string => join(scratch, ...parts)

/** The scheduler's commands: they count arrays, and say that every task has ended. */
function scheduler(): void {
  const scripts = {
    sbatch: `case "$1" in
  --test-only) echo 'Job 1 to start at once' >&2 ;;
  *) number=$(($(cat '${at('count')}') + 1)); echo $number > '${at('count')}'; echo $number ;; esac`,
    squeue: `cat '${at('states')}'`,
    scontrol: `echo 'MaxArraySize = ${ARRAY + 1}'`,
    sacct: 'exit 1',
  }
  mkdirSync(at('bin'))
  writeFileSync(at('count'), '0')
  writeFileSync(at('states'), '')
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(at('bin', name), `#!/bin/sh\n${text}\n`)
    chmodSync(at('bin', name), 0o755)
  }
  process.env['PATH'] = `${at('bin')}:${process.env['PATH'] ?? ''}`
}

const study = (runs: number): StudyInput => ({
  id: `runs-${runs}`,
  title: `${runs} runs`,
  base: {
    sparsity: { distribution: 'erk', density: 0.1 },
    model: { depth: 3 },
    training: { weightDecay: runs / 1e8 },
  },
  axes: [
    {
      name: 'Rate',
      points: Array.from({ length: runs / SEEDS }, (_, index) => ({
        label: String(index),
        set: { 'training.learningRate': (index + 1) / 1e5 },
      })),
    },
  ],
  seeds: Array.from({ length: SEEDS }, (_, seed) => seed + 1),
})

/** What the tasks of a submission leave: of every run a journal with a curve, and a result. */
function leaveResults(folder: string): void {
  const now = new Date().toISOString()
  const line = (entry: object): string => `${JSON.stringify({ at: now, ...entry })}\n`
  const points = Array.from({ length: POINTS }, (_, step) => ({
    ...{ step: step + 1, epoch: 1, wall: step, phase: 'train', name: 'loss', value: 1 / (step + 1) },
  }))
  const place = { step: 0, seconds: 0, job: null, node: 'node1' }
  const journal =
    line({ kind: 'begin', after: null, resumes: false, ...place }) +
    line({ kind: 'environment', backend: 'sparse', device: 'cpu', values: {} }) +
    line({ kind: 'metrics', points }) +
    line({ kind: 'progress', step: POINTS, totalSteps: POINTS, seconds: 1 })
  for (const task of readdirSync(join(folder, 'tasks'))) {
    const runs = JSON.parse(readFileSync(join(folder, 'tasks', task), 'utf8')) as { run: number }[]
    for (const { run } of runs) {
      writeFileSync(join(folder, 'journals', `${run}.1`), journal)
      const result = {
        ...{ attempt: 1, bytes: Buffer.byteLength(journal), status: 'finished', step: POINTS },
        ...{ totalSteps: POINTS, seconds: 1, backend: 'sparse', device: 'cpu', timing: null, error: null },
        ...{ endedAt: now, checkpoint: null },
      }
      writeFileSync(join(folder, 'results', `${run}.json`), JSON.stringify(result))
    }
  }
}

/** What squeue would say of tasks that have just ended. */
function sayEnded(jobs: readonly string[], tasks: number): void {
  const lines = Array.from({ length: tasks }, (_, task) => {
    const job = jobs[Math.floor(task / ARRAY)]
    return `${job}|${task % ARRAY}|COMPLETED|node1|None`
  })
  writeFileSync(at('states'), `${lines.join('\n')}\n`)
}

/** Seconds of processor that work took; what it waits for is not counted, nor what others compute. */
async function seconds<T>(work: () => Promise<T>): Promise<[number, T]> {
  const begun = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(begun)
  return [(user + system) / 1e6, result]
}

async function measure(lab: Lab, runs: number): Promise<void> {
  await lab.call('studies/save', { study: study(runs) })
  const send = { id: `runs-${runs}`, cluster: 'simulated', perTask: PER_TASK }
  const [submit, sent] = await seconds(() => lab.call('cluster/submit', send))
  leaveResults(sent.folder)
  sayEnded(sent.jobs, sent.tasks)
  const [collect, first] = await seconds(() => lab.call('cluster/collect', {}))
  const [again, second] = await seconds(() => lab.call('cluster/collect', {}))
  if (first.finished !== runs || second.finished + second.points > 0)
    throw new Error(`collected ${JSON.stringify([first, second])} of ${runs}`)
  const cells = [runs, sent.tasks, sent.jobs.length, submit, (1000 * submit) / runs, collect]
  const rest = [(1000 * collect) / runs, again]
  console.log(
    [...cells, ...rest].map((value) => (Number.isInteger(value) ? value : value.toFixed(2))).join('\t'),
  )
}

scheduler()
const lab = openLab({
  home: at('home'),
  workerUrl: new URL('../src/lab/threads/worker.ts', import.meta.url),
  role: 'a measurement',
  start: 'none',
  onError: console.error,
})
try {
  await lab.call('cluster/save', { cluster: { name: 'simulated', folder: at('spool') } })
  console.log('runs\ttasks\tarrays\tsubmit s\tms a run\tcollect s\tms a run\tagain s')
  for (const runs of RUNS.length > 0 ? RUNS : [1000, 5000, 20_000]) await measure(lab, runs)
} finally {
  await lab.close()
  rmSync(scratch, { recursive: true, force: true })
}
