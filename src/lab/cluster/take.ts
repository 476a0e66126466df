/** What the journals of a run tell, taken over into the database: every line once, in order. */
import type { LabContext } from '../context.ts'
import { addEvent } from '../store/events.ts'
import { beginOnCluster, setTaken } from '../store/cluster.ts'
import type { OutRun } from '../store/cluster.ts'
import { writeLayers } from '../store/layers.ts'
import { rewind, writePoints } from '../store/metrics.ts'
import { changeRun } from '../store/runs.ts'
import { readJournal } from './journal.ts'
import type { JournalEntry, JournalLine } from './journal.ts'
import type { SpoolPaths } from './spool.ts'

/** Something to tell when the transaction that stored it is over. */
export type News = () => void

/** How far a run's journals were taken over. */
export interface Taken {
  readonly attempt: number
  readonly bytes: number
  readonly points: number
  /** Whether anything was. */
  readonly moved: boolean
}

/** Pieces of a journal that one call takes at most, so that one long run does not hold up the others. */
const MOST_PIECES = 8

/**
 * Takes over what is there of a run's journals. Within a transaction of the caller.
 * @param attempts how many attempts there are
 */
export function takeRun(
  context: LabContext,
  paths: SpoolPaths,
  out: OutRun,
  attempts: number,
  news: News[],
): Taken {
  let { attempt, bytes } = out
  let points = 0
  for (let piece = 0; piece < MOST_PIECES; piece++) {
    if (attempt > 0) {
      const { lines, end } = readJournal(paths.journal(out.run, attempt), bytes)
      points += takeLines(context, out.run, lines, news)
      const advanced = end > bytes
      bytes = end
      if (advanced) continue
    }
    const next = nextOf(paths, out.run, attempt, bytes, attempts)
    if (next === null) break
    attempt = next
    bytes = 0
  }
  const moved = attempt !== out.attempt || bytes !== out.bytes
  if (moved) setTaken(context.database, out.run, attempt, bytes)
  return { attempt, bytes, points, moved }
}

/** The attempt after this one, where there is one and what it builds on was taken over; else null. */
function nextOf(
  paths: SpoolPaths,
  run: number,
  attempt: number,
  bytes: number,
  attempts: number,
): number | null {
  for (let next = attempt + 1; next <= attempts; next++) {
    const first = readJournal(paths.journal(run, next), 0).lines[0]?.entry
    // An attempt that died before its first line is nothing, once there is one after it.
    if (first?.kind !== 'begin') continue
    const { after } = first
    return after !== null && after.attempt === attempt && bytes < after.bytes ? null : next
  }
  return null
}

/** Writes what lines tell; the number of points. */
function takeLines(context: LabContext, run: number, lines: readonly JournalLine[], news: News[]): number {
  const { database, emitter } = context
  let points = 0
  for (const { entry } of lines) {
    switch (entry.kind) {
      case 'begin':
        begin(context, run, entry)
        break
      case 'metrics':
        writePoints(database, run, entry.points)
        points += entry.points.length
        news.push(() => emitter.emit('run/metrics', { run, points: entry.points }))
        break
      case 'layers':
        writeLayers(database, run, entry.reports)
        break
      case 'event': {
        const { at, step, level, message } = entry
        addEvent(database, run, { at, step, level, message })
        news.push(() => emitter.emit('run/event', { run, event: { at, step, level, message } }))
        break
      }
      case 'environment':
        changeRun(database, run, {
          backendUsed: entry.backend,
          device: entry.device,
          environment: JSON.stringify(entry.values),
        })
        break
      case 'progress':
        changeRun(database, run, { step: entry.step, totalSteps: entry.totalSteps, seconds: entry.seconds })
        break
      case 'checkpoint':
        changeRun(database, run, { step: entry.step, seconds: entry.seconds, stalls: 0 })
        break
      case 'stage':
      case 'beat':
        break
    }
  }
  const last = lines.at(-1)?.entry.at
  if (last !== undefined) changeRun(database, run, { heartbeat: last })
  return points
}

/** An attempt begins: what was told after the place where it goes on is void, as in a claimed run. */
function begin(
  { database }: LabContext,
  run: number,
  { at, after, resumes, step, seconds, job, node }: Extract<JournalEntry, { kind: 'begin' }>,
): void {
  rewind(database, run, resumes ? step : -1)
  beginOnCluster(database, run, at)
  changeRun(database, run, { step, seconds, divergedAt: null })
  const place = [node === null ? '' : ` on ${node}`, job === null ? '' : ` (job ${job})`].join('')
  const again = resumes ? `Goes on from step ${step}` : 'Begins again'
  const message = after === null && !resumes ? `Begins${place}.` : `${again}${place}.`
  addEvent(database, run, { at, step: null, level: 'info', message })
}
