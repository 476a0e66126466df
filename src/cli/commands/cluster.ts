import { join } from 'node:path'
import type { Command } from 'commander'
import { textTable } from '../../shared/format/text-table.ts'
import type { ClusterInput, ClusterProfile } from '../../shared/cluster/profile.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { ClusterCollected } from '../../shared/contract/cluster.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import { EXIT } from '../io.ts'
import { numberIn } from '../options.ts'
import type { Session } from '../session.ts'
import { addTaskCommands } from './cluster-task.ts'

interface AddOptions extends Partial<Omit<ClusterInput, 'name' | 'setUp'>> {
  readonly setUp?: string[]
  readonly json?: boolean
}

const MOST = 1_000_000
const whole = (low: number) => numberIn(low, MOST, { integer: true })
const lines = (value: string, all: string[] = []): string[] => [...all, value]

/** `cluster add | list | show | check | collect | cancel | log | remove`. */
export function addClusterCommand(program: Command, session: Session): void {
  const cluster = program.command('cluster').description('studies on a cluster (Slurm)')
  addProfileCommands(cluster, session)
  addWorkCommands(cluster, session)
  addTaskCommands(cluster, session)
}

function addProfileCommands(cluster: Command, session: Session): void {
  cluster
    .command('add')
    .description('describe a cluster, or change what is given of one')
    .argument('<name>')
    .option('--partition <name>', 'default: the cluster’s own')
    .option('--account <name>')
    .option('--qos <name>')
    .option('--time <minutes>', 'longest time limit of a task; 0: the partition’s', whole(0))
    .option('--cpus <number>', 'processors of a task', whole(1))
    .option('--memory <MB>', 'memory of a task; 0: the partition’s', whole(0))
    .option('--gres <list>', 'generic resources of a task, e.g. gpu:1')
    .option('--at-once <number>', 'most tasks at once; 0: no cap', whole(0))
    .option('--per-task <number>', 'runs of a task, one after the other; 0: by the estimate', whole(0))
    .option('--set-up <line>', 'line of shell before a task, e.g. "module load cuda"; may be repeated', lines)
    .option('--folder <folder>', 'folder on the file system that login node and nodes share')
    .option('--program <command>', 'what starts the bench on a node; default: this program')
    .option('--json', 'as JSON')
    .action(async (name: string, { json, ...given }: AddOptions) => {
      const lab = session.worker()
      const known = (await lab.call('cluster/list', {})).find(({ profile }) => profile.name === name)
      // Where another computer keeps its home is not known here: --folder says it.
      const usual = { folder: session.elsewhere === null ? join(session.home, 'cluster') : '' }
      const before = known?.profile ?? usual
      if ((given.folder ?? before.folder) === '')
        throw new BenchError(
          'bad-input',
          'Name the folder on the file system that login node and nodes share: --folder DIR, a whole path.',
          'folder',
        )
      const profile = await lab.call('cluster/save', { cluster: { ...before, ...given, name } })
      session.print(json, profile, () => `${profile.name}: kept. Try it: lab cluster check ${profile.name}`)
    })
  cluster
    .command('list')
    .description('clusters, and what their runs do')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const rows = await session.reader().call('cluster/list', {})
      session.print(json, rows, () =>
        rows.length === 0
          ? 'No cluster yet: lab cluster add NAME --folder DIR.'
          : textTable(
              ['Cluster', 'Partition', 'Waiting', 'Running', 'Finished', 'Failed', 'Folder'],
              rows.map(({ profile, waiting, running, finished, failed }) => [
                ...[profile.name, profile.partition || 'its own'],
                ...[waiting, running, finished, failed].map(String),
                profile.folder,
              ]),
              new Set([2, 3, 4, 5]),
            ),
      )
    })
  cluster
    .command('show')
    .description('a cluster’s profile, and its runs that are out')
    .argument('<name>')
    .option('--json', 'as JSON')
    .action(async (name: string, { json }: { json?: boolean }) => {
      const lab = session.reader()
      const profile = await lab.call('cluster/show', { name })
      const out = (await lab.call('runs/list', { archived: true })).filter(
        (row) => row.cluster?.name === name && (row.status === 'queued' || row.status === 'running'),
      )
      session.print(json, { ...profile, out }, () => showText(profile, out))
    })
  cluster
    .command('remove')
    .description('forget a cluster; results stay')
    .argument('<name>')
    .action(async (name: string) => {
      await session.worker().call('cluster/remove', { name })
      session.io.out(`${name}: forgotten.\n`)
    })
}

function addWorkCommands(cluster: Command, session: Session): void {
  cluster
    .command('check')
    .description('submit a job that looks around, and tell what it saw')
    .argument('<name>')
    .option('--seconds <number>', 'how long to wait for it', numberIn(1, 86_400), 120)
    .option('--json', 'as JSON')
    .action(async (name: string, { json, seconds }: { json?: boolean; seconds: number }) => {
      const check = await session.worker().call('cluster/check', { name, seconds })
      session.print(json, check, () =>
        check.items.map(({ name: item, ok, text }) => `${ok ? '✓' : '✗'} ${item}: ${text}`).join('\n'),
      )
      if (!check.ok) session.exitCode = EXIT.failed
    })
  cluster
    .command('collect')
    .description('take over what runs have told, and their results; at any time, as often as you like')
    .argument('[name]', 'default: all clusters')
    .option('--wait', 'go on until no run is out')
    .option('--every <seconds>', 'with --wait: look so often', numberIn(1, 86_400), 10)
    .option('--json', 'as JSON')
    .action((name: string | undefined, options: CollectOptions) => collect(session, name, options))
  cluster
    .command('cancel')
    .description('cancel the runs of a study that are out')
    .argument('<study>')
    .option('--json', 'as JSON')
    .action(async (study: string, { json }: { json?: boolean }) => {
      const rows = await session.worker().call('cluster/cancel', { study })
      const over = rows.filter(({ status }) => status === 'cancelled').length
      session.print(json, rows, () => {
        const left = rows.length - over
        const rest = left > 0 ? `; ${left} stop at their next step: lab cluster collect` : ''
        return `${study}: ${over} of ${rows.length} runs cancelled${rest}.`
      })
    })
  cluster
    .command('log')
    .description('the end of the output of a run’s task')
    .argument('<run>', 'number of the run', numberIn(1, Number.MAX_SAFE_INTEGER, { integer: true }))
    .option('--json', 'as JSON')
    .action(async (run: number, { json }: { json?: boolean }) => {
      const log = await session.reader().call('cluster/log', { run })
      session.print(json, log, () => `${log.file}\n${log.text.trimEnd()}`)
    })
}

interface CollectOptions {
  readonly wait?: boolean
  readonly every: number
  readonly json?: boolean
}

function collectedText({ finished, failed, waiting, running, points, troubles }: ClusterCollected): string {
  const now =
    finished + failed + points === 0
      ? 'Nothing new'
      : `${finished} runs ended${failed > 0 ? `, ${failed} failed` : ''}, ${points} points`
  return [`${now}; ${running} running, ${waiting} waiting.`, ...troubles.map((text) => `! ${text}`)].join(
    '\n',
  )
}

async function collect(
  session: Session,
  name: string | undefined,
  { wait, every, json }: CollectOptions,
): Promise<void> {
  const lab = session.worker()
  let interrupted = false
  let wake: () => void = () => undefined
  const stop = session.io.onInterrupt(() => {
    interrupted = true
    wake()
  })
  try {
    for (;;) {
      const collected = await lab.call('cluster/collect', { name })
      if (!wait || collected.waiting + collected.running === 0 || interrupted) {
        session.print(json, collected, () => collectedText(collected))
        if (interrupted) session.exitCode = EXIT.interrupted
        return
      }
      session.io.err(`${collectedText(collected)}\n`)
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, 1000 * every)
      })
    }
  } finally {
    stop()
  }
}

function showText(profile: ClusterProfile, out: readonly RunRow[]): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Scheduler', profile.scheduler],
    ['Partition', profile.partition || 'its own'],
    ['Account', profile.account || 'your own'],
    ['QOS', profile.qos || 'its own'],
    ['Time', profile.time > 0 ? `${profile.time} min at most` : 'the partition’s'],
    ['Processors', String(profile.cpus)],
    ['Memory', profile.memory > 0 ? `${profile.memory} MB` : 'the partition’s'],
    ['Resources', profile.gres || 'none'],
    ['Tasks at once', profile.atOnce > 0 ? String(profile.atOnce) : 'no cap'],
    ['Runs of a task', profile.perTask > 0 ? String(profile.perTask) : 'by the estimate'],
    ['Folder', profile.folder],
    ...(profile.program === '' ? [] : [['Program', profile.program] as const]),
    ...profile.setUp.map((line) => ['Set-up', line] as const),
  ]
  const lines = facts.map(([name, value]) => `${name}: ${value}`)
  if (out.length === 0) return [...lines, '', 'No run is out.'].join('\n')
  const rows = out.map((row) => [
    ...[String(row.id), row.study ?? '–', row.cluster?.job ?? '–', row.cluster?.state ?? row.status],
    ...[row.cluster?.reason ?? '', row.cluster?.node ?? '', `${row.step}/${row.totalSteps ?? '?'}`],
  ])
  const table = textTable(['Run', 'Study', 'Task', 'State', 'Reason', 'Node', 'Step'], rows, new Set([0, 6]))
  return [...lines, '', table].join('\n')
}
