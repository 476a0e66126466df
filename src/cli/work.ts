/**
 * Working on runs in the foreground: progress while they run, a polite stop at Ctrl-C, the exit code at the
 * end.
 */
import type { QueueState, RunRow } from '../shared/contract/lab.ts'
import type { RunStatus } from '../shared/contract/run.ts'
import { oneLine } from '../shared/format/one-line.ts'
import { formatDuration, formatNumber } from '../shared/format/number.ts'
import type { LabDoor } from '../lab/lab.ts'
import { CLEAR_LINE, EXIT } from './io.ts'
import type { Io } from './io.ts'

const OVER: ReadonlySet<RunStatus> = new Set(['finished', 'diverged', 'failed', 'cancelled', 'paused'])
const PLAIN_MS = 10_000
const LIVE_MS = 100

/** `run 3 (ERK-EOI, seed 1)` */
export function nameOf(row: RunRow): string {
  const labels = Object.values(row.labels)
  return oneLine(`run ${row.id} (${[...labels, `seed ${row.spec.seed}`].join(', ')})`)
}

function runText(row: RunRow): string {
  const place =
    row.stage === 'train' || row.stage === null
      ? `step ${row.step}${row.totalSteps === null ? '' : ` of ${row.totalSteps}`}`
      : `${row.stage} ${Math.round(100 * (row.stageFraction ?? 0))} %`
  const accuracy = row.last['validation.accuracy']
  const perplexity = row.last['validation.perplexity']
  return [
    `${nameOf(row)}: ${place}`,
    ...(accuracy === undefined ? [] : [`validation accuracy ${accuracy.toFixed(4)}`]),
    ...(perplexity === undefined ? [] : [`validation perplexity ${formatNumber(perplexity, 3)}`]),
    ...(row.secondsLeft === null ? [] : [`${formatDuration(row.secondsLeft)} left`]),
  ].join(' · ')
}

function endText(row: RunRow): string {
  const accuracy = row.last['test.accuracy']
  const perplexity = row.last['test.perplexity']
  const how =
    row.status === 'diverged'
      ? `diverged at step ${row.divergedAt}`
      : row.status === 'failed'
        ? `failed: ${row.error?.message ?? 'no reason is known'}`
        : row.status
  return (
    `${nameOf(row)}: ${how} in ${formatDuration(row.seconds)}` +
    (accuracy === undefined ? '' : ` · test accuracy ${accuracy.toFixed(4)}`) +
    (perplexity === undefined ? '' : ` · test perplexity ${formatNumber(perplexity, 3)}`)
  )
}

class ProgressLine {
  readonly #io: Io
  #shownAt = 0
  #drawn = false
  queue: QueueState | null = null

  constructor(io: Io) {
    this.#io = io
  }

  show(row: RunRow, done: number, all: number): void {
    const now = performance.now()
    if (now - this.#shownAt < (this.#io.live ? LIVE_MS : PLAIN_MS)) return
    this.#shownAt = now
    const left = this.queue?.secondsLeft
    const text =
      `[${done}/${all}] ${runText(row)}` +
      (left === null || left === undefined ? '' : ` · all: ${formatDuration(left)} left`)
    // Erase the line, so that a shorter text leaves nothing of a longer one.
    this.#io.err(this.#io.live ? `${CLEAR_LINE}${text}` : `${text}\n`)
    this.#drawn = this.#io.live
  }

  /** A line that stays. */
  say(text: string): void {
    this.#io.err(`${this.#drawn ? CLEAR_LINE : ''}${text}\n`)
    this.#drawn = false
  }
}

/** A lab that serves keeps to its own queue, which may be paused. */
async function tellPaused(lab: LabDoor, line: ProgressLine): Promise<void> {
  const { paused } = await lab.call('queue/state', {}).catch(() => ({ paused: false }))
  if (paused) line.say('The queue of that lab is paused; the runs wait until it goes on.')
}

/**
 * Works until all the runs are over. At the first interrupt runs are brought to a checkpoint; the second is
 * up to the caller's process.
 */
export async function workOn(lab: LabDoor, runs: readonly number[], io: Io): Promise<number> {
  const line = new ProgressLine(io)
  const wanted = new Set(runs)
  const over = new Map<number, RunStatus>()
  const away = new Set<string>()
  for (const row of await lab.call('runs/list', { archived: true })) {
    if (!wanted.has(row.id)) continue
    const isAway = row.cluster !== undefined && !OVER.has(row.status)
    if (isAway || OVER.has(row.status)) over.set(row.id, row.status)
    if (isAway) away.add(row.cluster?.name ?? '')
  }
  for (const name of away) line.say(`Some of the runs are out on ${name}: lab cluster collect ${name}`)
  let interrupted = false
  let isBlocked = false
  await new Promise<void>((resolve) => {
    const stops = [
      lab.on('queue/changed', (state) => {
        line.queue = state
        // What can be stored is stored when the lab closes; why the rest cannot was told.
        if (state.blocked !== undefined && state.running === 0 && !lab.goesOn) {
          isBlocked = true
          finish()
        }
      }),
      lab.on('run/changed', hear),
      lab.onMissed(() => {
        // What is refused here is refused because the line broke again, which is told, and asked again.
        lab.call('runs/list', { archived: true }).then(
          (rows) => rows.forEach(hear),
          () => undefined,
        )
      }),
      io.onInterrupt(() => {
        if (interrupted) process.exit(EXIT.interrupted)
        interrupted = true
        line.say(
          lab.goesOn
            ? 'The runs go on in the lab that has them; “runs” shows how they stand.'
            : 'Stopping at a checkpoint; once more stops at once. “resume” goes on from there.',
        )
        finish()
      }),
    ]
    function hear(row: RunRow): void {
      if (!wanted.has(row.id) || interrupted || over.has(row.id)) return
      if (!OVER.has(row.status)) {
        if (row.status === 'running') line.show(row, over.size, wanted.size)
        return
      }
      over.set(row.id, row.status)
      line.say(`[${over.size}/${wanted.size}] ${endText(row)}`)
      if (over.size === wanted.size) finish()
    }
    function finish(): void {
      if (!interrupted) for (const stop of stops) stop()
      resolve()
    }
    if (over.size === wanted.size) finish()
    else if (lab.goesOn) void tellPaused(lab, line)
    else lab.work(runs)
  })
  if (interrupted) {
    await lab.close()
    return EXIT.interrupted
  }
  const left = wanted.size - over.size
  if (isBlocked && left > 0) {
    line.say(`${left} of ${wanted.size} runs are left; “resume” goes on once they can be stored.`)
    return EXIT.failed
  }
  return [...over.values()].some((status) => status === 'failed' || status === 'cancelled')
    ? EXIT.failed
    : EXIT.done
}
