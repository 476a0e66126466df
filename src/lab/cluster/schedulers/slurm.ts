/**
 * Slurm (sbatch(1), squeue(1), scontrol(1), scancel(1); held against 22.05). Nothing here needs accounts:
 * where `sacct` is set up it tells how tasks ended that the controller has forgotten.
 */
import { BenchError } from '../../../shared/contract/errors.ts'
import { numberRanges } from './ranges.ts'
import { runTool, wordsOf } from './tool.ts'
import type { JobScript, Scheduler, TaskPhase, TaskState } from './types.ts'

/** Seconds before the time limit at which a task is told to stop; Slurm looks about once a minute. */
const WARNING = { seconds: 120, ofShort: 30, shortMinutes: 10 } as const

/** Slurm's own default of MaxArraySize: indices from 0 to one less. */
const USUAL_ARRAY = 1001

/** Arrays that are asked after in one command. */
const JOBS_AT_ONCE = 200

/** Patience with a question that is asked every few seconds. */
const QUICK_MS = 20_000

/** A controller that does not answer is asked again, within the warning before the time limit. */
const MOST_REQUEUES = 3
const REQUEUE_PAUSE_MS = 3000

/** Waiting for `scontrol release`: held by a user, an administrator, or after launches that failed. */
const HELD = ['REQUEUE_HOLD', 'SPECIAL_EXIT', 'RESV_DEL_HOLD']
const WAITING = ['PENDING', 'REQUEUED', 'REQUEUE_FED', ...HELD]
const CANCELLED = ['CANCELLED', 'REVOKED']
const ENDED = [
  'COMPLETED',
  'FAILED',
  'TIMEOUT',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'BOOT_FAIL',
  'DEADLINE',
  'PREEMPTED',
]

function phaseOf(state: string): TaskPhase {
  if (WAITING.includes(state)) return 'waiting'
  if (CANCELLED.includes(state)) return 'cancelled'
  return ENDED.includes(state) ? 'ended' : 'working'
}

const stateOf = (word: string, reason: string, node: string): TaskState => {
  const [state] = word.split(' ')
  const known = reason !== '' && reason !== 'None' && reason !== '(null)'
  const phase = phaseOf(state)
  const held = phase === 'waiting' && (HELD.includes(state) || /held/i.test(reason))
  return { phase, state, reason: known ? reason : null, node: node || null, held }
}

const arrayOf = ({ tasks, profile }: JobScript): string =>
  `0-${tasks - 1}${profile.atOnce > 0 ? `%${profile.atOnce}` : ''}`

function script(job: JobScript): string {
  const { profile, title, minutes, logs, after, lines } = job
  const short = minutes > 0 && minutes < WARNING.shortMinutes
  const options: Readonly<Record<string, string | number | null>> = {
    'job-name': `givens-${title}`,
    array: arrayOf(job),
    partition: profile.partition,
    account: profile.account,
    qos: profile.qos,
    time: minutes,
    nodes: 1,
    ntasks: 1,
    'cpus-per-task': profile.cpus,
    mem: profile.memory > 0 ? `${profile.memory}M` : '',
    gres: profile.gres,
    signal: `B:USR1@${short ? WARNING.ofShort : WARNING.seconds}`,
    requeue: null,
    'open-mode': 'append',
    output: `"${logs}/${LOG_PATTERN}"`,
    chdir: `"${logs}"`,
    dependency: after === null ? '' : `afterany:${after}`,
  }
  const directives = Object.entries(options)
    .filter(([, value]) => value !== '' && value !== 0)
    .map(([name, value]) => `#SBATCH --${name}${value === null ? '' : `=${value}`}`)
  // Until the program listens the warning would end it. One so early has nothing to save, and is passed over.
  const guard = "trap '' USR1"
  return ['#!/bin/bash', ...directives, '', guard, ...lines('SLURM_ARRAY_TASK_ID'), ''].join('\n')
}

const LOG_PATTERN = '%A_%a.log'

const isUnknownJob = (words: string) => /invalid job id|already completing or completed/i.test(words)

async function states(jobs: readonly string[]): Promise<Map<string, Map<number, TaskState>>> {
  const found = new Map<string, Map<number, TaskState>>(jobs.map((job) => [job, new Map()]))
  for (let first = 0; first < jobs.length; first += JOBS_AT_ONCE) {
    const asked = jobs.slice(first, first + JOBS_AT_ONCE).join(',')
    const words = ['--noheader', '--array', '--states=all', `--jobs=${asked}`, '--format=%F|%K|%T|%N|%r']
    const result = await runTool('squeue', words, QUICK_MS)
    if (result.code !== 0) {
      const text = wordsOf(result, 'squeue')
      if (isUnknownJob(text)) continue
      throw new BenchError('unavailable', `Slurm does not answer: ${text}`, 'squeue')
    }
    for (const line of result.out.split('\n')) {
      const [job, task, word, node, ...reason] = line.trim().split('|')
      if (word !== undefined && /^\d+$/.test(task))
        found.get(job)?.set(Number(task), stateOf(word, reason.join('|'), node))
    }
  }
  return found
}

async function past(job: string): Promise<Map<number, TaskState>> {
  const found = new Map<number, TaskState>()
  const words = ['-X', '-n', '-P', `--jobs=${job}`, '--format=JobID,State,NodeList,ExitCode']
  try {
    const result = await runTool('sacct', words, QUICK_MS)
    if (result.code !== 0) return found
    for (const line of result.out.split('\n')) {
      const [id, word, node, code] = line.trim().split('|')
      const task = /^\d+_(\d+)$/.exec(id)
      if (task && code) found.set(Number(task[1]), stateOf(word, code === '0:0' ? '' : `exit ${code}`, node))
    }
  } catch (error) {
    // No accounts here, which is usual; what is not known is left out.
    if (!(error instanceof BenchError)) throw error
  }
  return found
}

/** Refusals, with what to do about the usual ones. */
function refusal(words: string): BenchError {
  const hint = /partition/i.test(words)
    ? ' `sinfo` lists partitions.'
    : /account|association/i.test(words)
      ? ' `sacctmgr show associations user=$USER` lists accounts.'
      : /permission|access/i.test(words)
        ? ' Your account may not use it; ask the cluster’s support, or choose another.'
        : ''
  return new BenchError('impossible', `Slurm refuses the job: ${words.replace(/\.$/, '')}.${hint}`, 'cluster')
}

async function submitting(words: readonly string[]): Promise<string> {
  const result = await runTool('sbatch', words)
  if (result.code !== 0) throw refusal(wordsOf(result, 'sbatch'))
  return `${result.out}${result.err}`.trim()
}

export const slurm: Scheduler = {
  name: 'Slurm',
  mostTasks: async () => {
    const result = await runTool('scontrol', ['show', 'config'], QUICK_MS)
    if (result.code !== 0)
      throw new BenchError('unavailable', `Slurm does not answer: ${wordsOf(result, 'scontrol')}`, 'scontrol')
    const most = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(result.out)?.[1] ?? USUAL_ARRAY)
    if (most > 1) return most - 1
    throw new BenchError('impossible', 'This Slurm allows no job arrays (MaxArraySize).', 'cluster')
  },
  script,
  arrayOf,
  test: async (file) => {
    const text = await submitting(['--test-only', file])
    return text.replace(/^sbatch: /gm, '')
  },
  submit: async (file) => {
    const text = await submitting(['--parsable', file])
    const job = /^(\d+)(;|$)/m.exec(text)?.[1]
    if (job === undefined) throw new BenchError('unavailable', `sbatch gave no number: ${text}`, 'sbatch')
    return job
  },
  states,
  past,
  cancel: async (job, tasks) => {
    if (tasks.length === 0) return
    const result = await runTool('scancel', [`${job}_[${numberRanges(tasks)}]`])
    const words = wordsOf(result, 'scancel')
    if (result.code !== 0 && !isUnknownJob(words))
      throw new BenchError('unavailable', `Slurm did not cancel ${job}: ${words}`, 'scancel')
  },
  letGo: (names) => `scontrol release ${names.join(',')}`,
  taskName: (job, task) => `${job}_${task}`,
  logName: (job, task) => LOG_PATTERN.replace('%A', job).replace('%a', String(task)),
  place: (environment) => {
    const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = environment
    const cpus = Number(environment['SLURM_CPUS_PER_TASK'])
    return {
      job: array && task ? `${array}_${task}` : (job ?? null),
      node: environment['SLURMD_NODENAME'] ?? null,
      cpus: Number.isInteger(cpus) && cpus > 0 ? cpus : null,
      devices: environment['CUDA_VISIBLE_DEVICES'] ?? null,
    }
  },
  requeue: async (environment) => {
    const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: id } = environment
    // One task of an array has the array's own number as its SLURM_JOB_ID, which names all of its tasks here.
    const job = array && task ? `${array}_${task}` : id
    if (!job) throw new BenchError('impossible', 'This is no task of Slurm’s.', 'SLURM_JOB_ID')
    for (let attempt = 1; ; attempt++) {
      const result = await runTool('scontrol', ['requeue', job])
      const words = wordsOf(result, 'scontrol')
      if (result.code === 0 || /pending execution/i.test(words)) return
      if (attempt === MOST_REQUEUES || !/contact|timed out|socket|communication/i.test(words))
        throw new BenchError('impossible', `Slurm does not begin ${job} again: ${words}`)
      await new Promise((resolve) => setTimeout(resolve, REQUEUE_PAUSE_MS))
    }
  },
}
