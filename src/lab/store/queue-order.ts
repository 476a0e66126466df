/** The order in which waiting runs are taken: by priority, then by place. */
import { BenchError } from '../../shared/contract/errors.ts'
import { PRIORITIES } from '../../shared/contract/queue.ts'
import type { Priority, QueueEntry, QueueOrder } from '../../shared/contract/queue.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Connection } from './open.ts'
import { prepared } from './statements.ts'
import { readSpec } from './stored-text.ts'

export type Waiting = Pick<QueueEntry, 'run' | 'status' | 'priority'>

/** Stored as −1, 0, 1. */
const NORMAL = PRIORITIES.indexOf('normal')

/** Waiting runs in the order in which they are taken. */
export function listWaiting(database: Connection): Waiting[] {
  return database
    .prepare<[], { run: number; status: Waiting['status']; priority: number }>(
      `
    SELECT id AS run, status, priority FROM runs WHERE status IN ('queued', 'paused', 'interrupted')
      AND (cluster IS NULL OR status <> 'queued')
    ORDER BY priority DESC, queue_order, id
  `,
    )
    .all()
    .map((row) => ({ ...row, priority: PRIORITIES[row.priority + NORMAL] }))
}

export interface NextQueued {
  /** The same for all seeds. */
  readonly kind: string
  readonly backend: string
  /** Runs that wait, this one among them; no more are counted than was asked. */
  readonly count: number
  readonly spec: () => RunSpec
}

/** The run that `claimRun` would take. */
export function nextQueued(
  database: Connection,
  only: readonly number[] | null,
  most: number,
): NextQueued | undefined {
  const rows = prepared(
    database,
    `
    SELECT id, group_hash AS kind, backend FROM runs WHERE status = 'queued' AND cluster IS NULL
      AND (@only IS NULL OR id IN (SELECT value FROM json_each(@only)))
    ORDER BY priority DESC, queue_order, id LIMIT @most
  `,
  ).all({ only: only && JSON.stringify(only), most }) as {
    readonly id: number
    readonly kind: string
    readonly backend: string
  }[]
  const [first] = rows
  if (first === undefined) return undefined
  const specOf = prepared(database, 'SELECT spec FROM runs WHERE id = ?', 'pluck')
  const spec = (): RunSpec => readSpec(specOf.get(first.id) as string)
  return { kind: first.kind, backend: first.backend, count: rows.length, spec }
}

/**
 * Moves waiting runs in one transaction; see QueueOrder. Runs that wait no more are passed over.
 * @throws BenchError `not-found` when the run named by `before` does not wait, `bad-input` when it is moved
 * itself.
 */
export function orderQueue(database: Connection, order: QueueOrder): void {
  database
    .transaction(() => {
      const waiting = listWaiting(database)
      const moving = new Set(order.ids)
      const byRun = new Map(waiting.map((each) => [each.run, each]))
      const moved = order.ids.flatMap((id) => byRun.get(id) ?? [])
      const rest = waiting.filter(({ run }) => !moving.has(run))
      const { place, priority } = placeOf(order, moved, rest)
      const next = [
        ...rest.slice(0, place),
        ...moved.map((each) => ({ ...each, priority })),
        ...rest.slice(place),
      ]
      const write = database.prepare('UPDATE runs SET queue_order = ?, priority = ? WHERE id = ?')
      // New runs go behind the largest number of all runs, so that these stay in front of them.
      next.forEach((each, index) =>
        write.run(index + 1, PRIORITIES.indexOf(each.priority) - NORMAL, each.run),
      )
    })
    .immediate()
}

function placeOf(
  order: QueueOrder,
  moved: readonly Waiting[],
  rest: readonly Waiting[],
): { place: number; priority: Priority } {
  const own = moved[0]?.priority ?? 'normal'
  if ('to' in order) {
    return order.to === 'front'
      ? { place: 0, priority: rest[0]?.priority ?? own }
      : { place: rest.length, priority: rest.at(-1)?.priority ?? own }
  }
  if ('before' in order) {
    const place = rest.findIndex(({ run }) => run === order.before)
    if (place >= 0) return { place, priority: rest[place].priority }
    if (order.ids.includes(order.before))
      throw new BenchError('bad-input', 'A run cannot stand before itself.', 'before')
    throw new BenchError('not-found', `Run ${order.before} does not wait in the queue.`, 'before')
  }
  const rank = PRIORITIES.indexOf(order.priority)
  const behind = rest.findIndex(({ priority }) => PRIORITIES.indexOf(priority) < rank)
  return { place: behind < 0 ? rest.length : behind, priority: order.priority }
}
