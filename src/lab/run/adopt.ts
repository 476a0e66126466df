/**
 * Checkpoint files that the database does not know: after a power cut it may be older than the folder beside
 * it. A run whose recorded checkpoint is gone goes on from a sound one of its own.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunStatus } from '../../shared/contract/run.ts'
import { identityOf } from '../../shared/spec/identity.ts'
import { lastCheckpoint, recordCheckpoint } from '../store/artifacts.ts'
import { addEvent } from '../store/events.ts'
import type { Connection } from '../store/open.ts'
import { listRuns, runsIn } from '../store/runs.ts'
import { checkpointOwner, readCheckpointFile } from '../threads/checkpoint-file.ts'

const NOT_OVER: readonly RunStatus[] = ['queued', 'running', 'interrupted', 'paused', 'failed', 'cancelled']

interface Found {
  readonly file: string
  readonly step: number
  readonly hash: string
}

/** Files of an owner, the latest step first. */
function filesOf(names: readonly string[], owner: string): Found[] {
  return names
    .filter((name) => name.startsWith(`${owner}-`))
    .map((file) => {
      const [step, hash] = file.slice(owner.length + 1, -'.safetensors'.length).split('-')
      return { file, step: Number(step), hash }
    })
    .filter(({ step }) => Number.isInteger(step))
    .toSorted((a, b) => b.step - a.step)
}

function bytesOfSound(path: string): number | null {
  try {
    return readCheckpointFile(path).length
  } catch (error) {
    if (error instanceof BenchError) return null
    throw error
  }
}

/** Records, for every run that is not over and lacks its checkpoint, the latest sound one in the folder. */
export function adoptCheckpoints(database: Connection, folder: string, now: string): void {
  if (!existsSync(folder)) return
  const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'))
  if (names.length === 0) return
  // Runs that are over are left out by the query: there may be thousands, and a lab starts with this.
  const ids = NOT_OVER.flatMap((status) => runsIn(database, status)).map(({ id }) => id)
  for (const { id, spec, seconds } of listRuns(database, { ids })) {
    const known = lastCheckpoint(database, id)
    if (known && names.includes(known.file)) continue
    for (const { file, step, hash } of filesOf(names, checkpointOwner(id, identityOf(spec)))) {
      const bytes = bytesOfSound(join(folder, file))
      if (bytes === null) continue
      recordCheckpoint(database, { run: id, step, seconds, hash, file, bytes }, now)
      const message =
        `The database did not know the checkpoint of step ${step}, as after a power cut; ` +
        'the run goes on from there. Points of its curves that were not stored yet are missing.'
      addEvent(database, id, { at: now, step, level: 'warning', message })
      break
    }
  }
}
