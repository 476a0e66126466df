/** Where an attempt of a run goes on: the last checkpoint that a journal records and the disk holds whole. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../../shared/contract/errors.ts'
import { explain } from '../../store/failures.ts'
import { readCheckpointFile } from '../../threads/checkpoint-file.ts'
import { allLines, Journal } from '../journal.ts'
import type { JournalEntry, JournalLine, JournalOrigin } from '../journal.ts'
import type { SpoolCheckpoint, SpoolPaths, SpoolRun } from '../spool.ts'

export interface Origin {
  /** What of earlier attempts holds; null: nothing, the run's inputs are where it goes on. */
  readonly after: JournalOrigin | null
  readonly checkpoint: SpoolRun['checkpoint']
  /** That checkpoint as a journal recorded it; null where it is of the inputs. */
  readonly entry: SpoolCheckpoint | null
  /** The backend that trained up to there; null when none did. */
  readonly recorded: string | null
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

type CheckpointEntry = Extract<JournalEntry, { kind: 'checkpoint' }>

function lastSound(paths: SpoolPaths, lines: readonly JournalLine[]) {
  for (const { entry, end } of lines.toReversed()) {
    if (entry.kind === 'checkpoint' && isSound(join(paths.checkpoints, entry.file))) return { entry, end }
  }
  return null
}

/** The number of the next attempt of a run. */
export function nextAttempt(paths: SpoolPaths, run: number): number {
  let attempt = 1
  while (existsSync(paths.journal(run, attempt))) attempt++
  return attempt
}

/** Where attempt `attempt` goes on. */
export function findOrigin(
  paths: SpoolPaths,
  { run, checkpoint, recorded }: Pick<SpoolRun, 'run' | 'checkpoint' | 'recorded'>,
  attempt: number,
): Origin {
  let bytes: number | undefined
  for (let earlier = attempt - 1; earlier >= 1;) {
    const lines: JournalLine[] = []
    let begin: Extract<JournalEntry, { kind: 'begin' }> | null = null
    let backend: string | null = null
    for (const line of allLines(paths.journal(run, earlier), bytes)) {
      if (line.entry.kind === 'begin') begin = line.entry
      if (line.entry.kind === 'environment') backend = line.entry.backend
      if (line.entry.kind === 'checkpoint') lines.push(line)
    }
    const found: { entry: CheckpointEntry; end: number } | null = lastSound(paths, lines)
    if (found) {
      const { file, step, seconds, hash, bytes: size } = found.entry
      const entry = { file, step, seconds, hash, bytes: size }
      const after = { attempt: earlier, bytes: found.end }
      return { after, checkpoint: { file, step, seconds }, entry, recorded: backend }
    }
    // It died before its first line: what was before it is looked at whole.
    if (!begin) {
      earlier -= 1
      bytes = undefined
      continue
    }
    if (!begin.after) break
    earlier = begin.after.attempt
    bytes = begin.after.bytes
  }
  return { after: null, checkpoint, entry: null, recorded }
}

/** The last checkpoint of a run that a spool holds; null where none was made there. */
export function lastInSpool(paths: SpoolPaths, run: number): SpoolCheckpoint | null {
  return findOrigin(paths, { run, checkpoint: null, recorded: null }, nextAttempt(paths, run)).entry
}

/** Begins the journal of the next attempt, which no other process has then. */
export function beginJournal(paths: SpoolPaths, run: number): { number: number; journal: Journal } {
  for (let number = nextAttempt(paths, run); ; number++) {
    try {
      return { number, journal: new Journal(paths.journal(run, number)) }
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!taken) throw explain(error, paths.journal(run, number))
    }
  }
}
