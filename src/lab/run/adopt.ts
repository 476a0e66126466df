/**
 * Checkpoint files that the database does not know: after a power cut it may be older than the folder beside
 * it. A run whose recorded checkpoint is gone goes on from a sound one of its own, and its trail gives back
 * what the database has lost before it. Where the trail does not reach so far the run begins again: a curve
 * with a hole is none.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunEvent } from '../../shared/contract/lab.ts'
import type { RunRow } from '../../shared/contract/row.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import { identityOf } from '../../shared/spec/identity.ts'
import { lastCheckpoint, recordCheckpoint } from '../store/artifacts.ts'
import { addEvent, listEvents } from '../store/events.ts'
import { writeLayers } from '../store/layers.ts'
import { rewind, writePoints } from '../store/metrics.ts'
import type { Connection } from '../store/open.ts'
import { changeRun, environmentOf, listRuns, runsIn } from '../store/runs.ts'
import { checkpointOwner, readCheckpointFile } from '../threads/checkpoint-file.ts'
import { trailLines, trailName } from '../threads/trail.ts'
import type { Kept, TrailEntry } from '../threads/trail.ts'

const NOT_OVER: readonly RunStatus[] = ['queued', 'running', 'interrupted', 'paused', 'failed', 'cancelled']

/** Files of an owner, the latest step first. */
function filesOf(names: readonly string[], owner: string): string[] {
  const stepOf = (file: string): number => Number(file.slice(owner.length + 1).split('-')[0])
  return names
    .filter((name) => name.startsWith(`${owner}-`) && Number.isInteger(stepOf(name)))
    .toSorted((a, b) => stepOf(b) - stepOf(a))
}

function isSound(path: string): boolean {
  try {
    readCheckpointFile(path)
    return true
  } catch (error) {
    if (error instanceof BenchError) return false
    throw error
  }
}

/** Where a run's trail says that it can go on, and what was told before. */
interface Way {
  readonly checkpoint: Extract<TrailEntry, { kind: 'checkpoint' }>
  /** The step from which the trail tells; null: from the beginning. */
  readonly begin: number | null
  readonly told: readonly (Kept & { readonly at: string })[]
}

/** The latest sound checkpoint of a run before which its trail and the database leave no hole. */
function wayOf(database: Connection, folder: string, names: readonly string[], row: RunRow): Way | null {
  const owner = checkpointOwner(row.id, identityOf(row.spec))
  const entries = [...trailLines(join(folder, trailName(owner)))].map(({ entry }) => entry)
  const first = entries[0]
  if (first?.kind !== 'begin') return null
  // A checkpoint is recorded after all that was told before it.
  const stored = lastCheckpoint(database, row.id)?.step ?? -1
  if (first.step !== null && stored < first.step) return null
  for (const file of filesOf(names, owner)) {
    const at = entries.findIndex((entry) => entry.kind === 'checkpoint' && entry.file === file)
    const checkpoint = entries[at]
    if (checkpoint?.kind !== 'checkpoint' || !isSound(join(folder, file))) continue
    const told = entries.slice(0, at).filter((entry) => entry.kind !== 'begin' && entry.kind !== 'checkpoint')
    return { checkpoint, begin: first.step, told }
  }
  return null
}

/** Writes what was told in the place of what the database has of it. */
function replay(database: Connection, run: number, { begin, told }: Way): void {
  rewind(database, run, begin ?? -1)
  const key = ({ step, level, message }: Pick<RunEvent, 'step' | 'level' | 'message'>): string =>
    JSON.stringify([step, level, message])
  const known = new Set(listEvents(database, run).map(key))
  for (const entry of told) {
    switch (entry.kind) {
      case 'metrics':
        writePoints(database, run, entry.points)
        break
      case 'layers':
        writeLayers(database, run, entry.reports)
        break
      case 'event': {
        const { at, step, level, message } = entry
        if (!known.has(key(entry))) addEvent(database, run, { at, step, level, message })
        break
      }
      case 'environment': {
        const environment = { ...environmentOf(database, run), ...entry.values }
        const { backend: backendUsed, device } = entry
        changeRun(database, run, { backendUsed, device, environment: JSON.stringify(environment) })
      }
    }
  }
}

/** Gives every run that is not over and lacks its checkpoint the latest that is to be had in the folder. */
export function adoptCheckpoints(database: Connection, folder: string, now: string): void {
  if (!existsSync(folder)) return
  const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'))
  if (names.length === 0) return
  // Runs that are over are left out by the query: there may be thousands, and a lab starts with this.
  const ids = NOT_OVER.flatMap((status) => runsIn(database, status)).map(({ id }) => id)
  for (const row of listRuns(database, { ids })) {
    const known = lastCheckpoint(database, row.id)
    if (known && names.includes(known.file)) continue
    const way = wayOf(database, folder, names, row)
    if (way === null) continue
    const { step, seconds, hash, file, bytes } = way.checkpoint
    database
      .transaction(() => {
        replay(database, row.id, way)
        recordCheckpoint(database, { run: row.id, step, seconds, hash, file, bytes }, now)
        const message =
          `The database did not know the checkpoint of step ${step}, as after a power cut; ` +
          'the run goes on from there, with what it had told before.'
        addEvent(database, row.id, { at: now, step, level: 'warning', message })
      })
      .immediate()
  }
}
