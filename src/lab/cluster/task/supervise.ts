/**
 * What the scheduler starts and sends its signals to. The runs are worked on in a process of its own, since
 * an engine that crashes takes its process with it: those of the task that are left are begun again in
 * another.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { BenchError } from '../../../shared/contract/errors.ts'
import { NATIVE_ENVIRONMENT, THREADS_VARIABLE } from '../../../engine/index.ts'
import type { Scheduler } from '../schedulers/types.ts'
import { sealDead } from './dead.ts'

/**
 * How the process of the runs ends: `failed` with results of all, some a failure; `refused` where it said why
 * it can work on none. Codes of its own: with 1 a process ends over what nobody caught.
 */
export const TASK_EXIT = { done: 0, failed: 74, stopped: 75, stuck: 76, refused: 77 } as const

/** What the scheduler is told of a task with a failed run. */
const FAILED = 1

export interface SuperviseOptions {
  readonly root: string
  readonly task: number
  readonly scheduler: Scheduler
  /** The entry of the command line, and the words with which it works on the runs. */
  readonly entry: string
  readonly words: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  readonly say: (text: string) => void
}

/** Deaths of the process in one run after which that run has failed. */
const MOST_DEATHS = 2

/** What the process of the runs hears and tells. */
export type TaskMessage = { readonly run: number }

/** Variables under which a node computes with what the scheduler gave. */
export function taskEnvironment(
  environment: NodeJS.ProcessEnv,
  scheduler: Scheduler,
): Record<string, string | undefined> {
  const { cpus } = scheduler.place(environment)
  const threads =
    cpus === null ? {} : { [THREADS_VARIABLE]: String(cpus), TF_NUM_INTRAOP_THREADS: String(cpus) }
  return { ...NATIVE_ENVIRONMENT, ...threads, ...environment }
}

/**
 * Works on a task until its runs have results, or until told to stop; at the scheduler's warning before the
 * time limit asks to be begun again. @returns the exit code for the scheduler
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { root, task, scheduler, environment, say } = options
  const deaths = new Map<number, number>()
  let child: ChildProcess | null = null
  let warned = false
  let stopping = false
  const stop = (signal: 'SIGUSR1' | 'SIGTERM' | 'SIGINT') => (): void => {
    if (!stopping) say(`${signal}: stopping at a checkpoint`)
    warned ||= signal === 'SIGUSR1'
    stopping = true
    tell(child)
  }
  for (const signal of ['SIGUSR1', 'SIGTERM', 'SIGINT'] as const) process.on(signal, stop(signal))
  const { job, node } = scheduler.place(environment)
  say(`task ${task} of ${root}${job === null ? '' : `, job ${job}`}${node === null ? '' : ` on ${node}`}`)
  for (;;) {
    let run: number | null = null
    child = fork(options.entry, [...options.words], {
      env: taskEnvironment(environment, scheduler),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    child.on('message', (message: TaskMessage) => {
      run = message.run
    })
    if (stopping) tell(child)
    const { code, signal } = await ended(child)
    if (code === TASK_EXIT.done) return code
    if (code === TASK_EXIT.failed || code === TASK_EXIT.refused) return FAILED
    if (code === TASK_EXIT.stopped) return warned ? requeue(options) : code
    if (code === TASK_EXIT.stuck) {
      if (!warned || run === null) return code
      const message =
        'The time limit came before this run got any further than where it began; with a longer one ' +
        '(lab cluster add NAME --time MINUTES, --time of study run) it can be retried.'
      sealDead(root, run, message, new Date())
      return requeue(options)
    }
    // A signal for all processes of a task may come before this one listens.
    if (warned && signal === 'SIGTERM') return requeue(options)
    if (stopping || run === null) return code ?? FAILED
    const died = (deaths.get(run) ?? 0) + 1
    deaths.set(run, died)
    const how = signal ?? `exit code ${code}`
    say(`the process of run ${run} died (${how})`)
    if (died < MOST_DEATHS) continue
    const message =
      `The process that computed this run died ${died} times (${how}): the engine may crash on it, or it ` +
      'may need more memory than its task has.'
    sealDead(root, run, message, new Date())
  }
}

async function requeue({ scheduler, environment, say }: SuperviseOptions): Promise<number> {
  try {
    await scheduler.requeue(environment)
    say('begun again later, from the last checkpoint')
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    say(error.message)
  }
  return TASK_EXIT.stopped
}

/** Tells the process of the runs to stop. One that is ending meanwhile does not hear it, and need not. */
function tell(child: ChildProcess | null): void {
  if (child?.connected) child.send('stop', () => undefined)
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}
