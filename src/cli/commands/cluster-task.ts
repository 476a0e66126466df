/** What a cluster's scheduler starts: a task of a study, and the look around of a check. */
import type { Command } from 'commander'
import manifest from '../../../package.json' with { type: 'json' }
import { explainSystem } from '../../lab/store/failures.ts'
import { runEnvironment } from '../../lab/environment.ts'
import { schedulerOf } from '../../lab/cluster/schedulers/index.ts'
import { readSubmission, spoolPaths } from '../../lab/cluster/spool.ts'
import { lookAround } from '../../lab/cluster/task/look.ts'
import { supervise, taskEnvironment, TASK_EXIT } from '../../lab/cluster/task/supervise.ts'
import { Task } from '../../lab/cluster/task/task.ts'
import { clusterSchema } from '../../shared/cluster/profile.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'

const MOST_TASKS = 10_000_000

/** Commands of jobs; people have no use for them. */
export function addTaskCommands(cluster: Command, session: Session): void {
  cluster
    .command('task', { hidden: true })
    .description('work on a task of a submission')
    .argument('<folder>')
    .argument('<task>', 'number of the task', numberIn(0, MOST_TASKS, { integer: true }))
    .option('--alone', 'in this process')
    .action((folder: string, task: number, { alone }: { alone?: boolean }) =>
      work(session, folder, task, alone ?? false),
    )
  cluster
    .command('look', { hidden: true })
    .description('write what is seen from here into a folder')
    .argument('<folder>')
    .option('--scheduler <name>', 'whose task this is', clusterSchema.shape.scheduler.unwrap().options[0])
    .action((folder: string, { scheduler }: { scheduler: string }) => {
      const name = clusterSchema.shape.scheduler.parse(scheduler)
      lookAround(folder, schedulerOf({ scheduler: name }), session.io.environment, manifest.version)
    })
}

async function work(session: Session, root: string, task: number, alone: boolean): Promise<void> {
  const { io } = session
  const submission = readSubmission(spoolPaths(root))
  const scheduler = schedulerOf(submission)
  const say = (text: string): void => io.err(`${new Date().toISOString()} ${text}\n`)
  const entry = process.argv[1]
  // An installed program's command line is no plain process of Node's, and cannot be one's parent.
  if (alone || entry === undefined || 'parentPort' in process) {
    session.exitCode = await workAlone(session, { root, task, say })
    return
  }
  session.exitCode = await supervise({
    ...{ root, task, scheduler, entry, environment: io.environment, say },
    words: ['cluster', 'task', root, String(task), '--alone'],
  })
}

/** Works on the runs in this process; told to stop by its parent, or by signals where it has none. */
async function workAlone(
  session: Session,
  { root, task, say }: { readonly root: string; readonly task: number; readonly say: (text: string) => void },
): Promise<number> {
  const { io } = session
  const scheduler = schedulerOf(readSubmission(spoolPaths(root)))
  const isChild = typeof process.send === 'function'
  if (!isChild) Object.assign(process.env, taskEnvironment(io.environment, scheduler))
  const worked = new Task({
    ...{ root, task, say, workerUrl: io.workerUrl, place: scheduler.place(io.environment) },
    environment: runEnvironment(manifest.version),
    now: () => new Date(),
    onRun: (run) => {
      if (isChild) process.send?.({ run })
    },
  })
  let warned = false
  // A child hears of signals from its parent, which gets them too.
  for (const signal of ['SIGUSR1', 'SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      warned ||= signal === 'SIGUSR1'
      if (!isChild) worked.stop()
    })
  }
  process.on('message', () => worked.stop())
  const orphaned = (): void => process.exit(TASK_EXIT.failed)
  process.on('disconnect', orphaned)
  const end = await worked.work().catch((thrown: unknown) => {
    const error = explainSystem(thrown)
    if (!(error instanceof BenchError)) throw thrown
    say(error.message)
    return null
  })
  process.off('disconnect', orphaned)
  if (isChild) process.disconnect()
  if (end === null) return TASK_EXIT.refused
  if (!end.stopped) return end.failed > 0 ? TASK_EXIT.failed : TASK_EXIT.done
  if (!isChild && warned && end.stuck === null) await scheduler.requeue(io.environment)
  return end.stuck === null ? TASK_EXIT.stopped : TASK_EXIT.stuck
}
