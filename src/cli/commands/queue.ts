import { Option } from 'commander'
import type { Command } from 'commander'
import { BenchError } from '../../shared/contract/errors.ts'
import { AUTOMATIC, PRIORITIES } from '../../shared/contract/queue.ts'
import type { Concurrency, Priority, QueueEntry, QueueOrder } from '../../shared/contract/queue.ts'
import { formatDuration } from '../../shared/format/number.ts'
import { textTable } from '../../shared/format/text-table.ts'
import type { LabDoor } from '../../lab/lab.ts'
import type { Session } from '../session.ts'

interface MoveOptions {
  readonly front?: boolean
  readonly back?: boolean
  readonly before?: string
  readonly priority?: Priority
  readonly json?: boolean
}

/** `queue list | move | set`: the runs that wait, in order, and how they are worked on. */
export function addQueueCommand(program: Command, session: Session): void {
  const queue = program.command('queue').description('the order in which waiting runs are taken')
  queue
    .command('list', { isDefault: true })
    .description('waiting runs, the next first')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const lab = session.reader()
      await show(session, lab, json, await lab.call('queue/list', {}))
    })
  queue
    .command('move')
    .description('move waiting runs, or give them a priority')
    .argument('<runs>', 'numbers of runs, e.g. 4,7')
    .option('--front', 'taken next')
    .option('--back', 'taken last')
    .option('--before <run>', 'taken just before another')
    .addOption(new Option('--priority <name>', 'behind the others of that priority').choices(PRIORITIES))
    .option('--json', 'the new order as JSON')
    .action(async (runs: string, options: MoveOptions) => {
      const order = orderOf(runs.split(',').map(idOf), options)
      const lab = session.worker()
      await show(session, lab, options.json, await lab.call('queue/order', order))
    })
  queue
    .command('set')
    .description('how runs are worked on: kept for this home')
    .option('--concurrency <n>', 'runs at a time, or auto: several where steps are short', concurrencyOf)
    .option(
      '--keep <n>',
      'checkpoints of each run that are kept besides the last, for `export --what layer`',
      Number,
    )
    .option('--json', 'the state of the queue as JSON')
    .action(async ({ json, ...change }: { json?: boolean; concurrency?: Concurrency; keep?: number }) => {
      const state = await session.worker().call('queue/set', change)
      const runs = state.automatic ? 'One run at a time, several where steps are short' : null
      session.print(
        json,
        state,
        () =>
          `${runs ?? `${state.concurrency} at a time`}; ` +
          `${state.keep ?? 0} checkpoints of each run kept besides the last.`,
      )
    })
}

const concurrencyOf = (text: string): Concurrency => (text === AUTOMATIC ? AUTOMATIC : Number(text))

function idOf(text: string): number {
  const id = Number(text)
  if (Number.isInteger(id) && id > 0) return id
  throw new BenchError('bad-input', `“${text}” is no number of a run.`, 'runs')
}

function orderOf(ids: number[], { front, back, before, priority }: MoveOptions): QueueOrder {
  const given = [front, back, before, priority].filter((each) => each !== undefined)
  if (given.length !== 1)
    throw new BenchError(
      'bad-input',
      'Give one of --front, --back, --before RUN and --priority NAME.',
      'runs',
    )
  if (priority !== undefined) return { ids, priority }
  return before === undefined ? { ids, to: front ? 'front' : 'back' } : { ids, before: idOf(before) }
}

async function show(
  session: Session,
  lab: LabDoor,
  json: boolean | undefined,
  entries: readonly QueueEntry[],
): Promise<void> {
  const page = await lab.call('runs/list', { archived: true })
  const rows = new Map(page.map((row) => [row.id, row]))
  const time = (seconds: number | null) => (seconds === null ? '–' : formatDuration(seconds))
  session.print(json, entries, () =>
    entries.length === 0
      ? 'No run waits.'
      : textTable(
          ['Run', 'Study', 'Labels', 'Seed', 'Status', 'Priority', 'Takes', 'Starts in'],
          entries.map((entry) => {
            const row = rows.get(entry.run)
            return [
              ...[String(entry.run), row?.study ?? '–', Object.values(row?.labels ?? {}).join(' · ')],
              ...[String(row?.spec.seed ?? '–'), entry.status, entry.priority],
              ...[time(entry.seconds), time(entry.startsIn)],
            ]
          }),
          new Set([0, 3, 6, 7]),
        ),
  )
}
