/** Taking a run from the queue: one transaction that claims it and takes it back to its last checkpoint. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { knowModelOf } from '../models/names.ts'
import { withWeightsPath } from '../models/weights.ts'
import { dropCheckpoints, lastCheckpoint } from '../store/artifacts.ts'
import { addEvent } from '../store/events.ts'
import { rewind } from '../store/metrics.ts'
import type { Connection } from '../store/open.ts'
import { changeRun, claimRun, recordedHash } from '../store/runs.ts'
import type { ClaimedRun } from '../store/runs.ts'

export interface Claim extends ClaimedRun {
  /** Name of the checkpoint file to go on from; null starts at the beginning. */
  readonly checkpoint: string | null
  /** Hash of the data that the run recorded before; null when it never began. */
  readonly dataHash: string | null
  readonly step: number
  readonly seconds: number
  /** Contents of the own models that the specification names. */
  readonly models: readonly string[]
}

export interface ClaimOptions {
  readonly owner: { readonly lab: string; readonly pid: number }
  readonly now: string
  readonly only: readonly number[] | null
  readonly checkpointFolder: string
  readonly modelsFolder: string
}

/**
 * Claims the next run. Its metric rows after the checkpoint go in the same transaction, so that the curve
 * that goes on from there has neither gap nor duplicate, whatever happens next.
 */
export function claimNext(database: Connection, options: ClaimOptions): Claim | undefined {
  return database
    .transaction((): Claim | undefined => {
      const claimed = claimRun(database, options.owner, options.now, options.only)
      if (!claimed) return undefined
      let checkpoint = lastCheckpoint(database, claimed.id)
      if (checkpoint && !existsSync(join(options.checkpointFolder, checkpoint.file))) {
        addEvent(database, claimed.id, {
          at: options.now,
          step: null,
          level: 'warning',
          message: `The checkpoint of step ${checkpoint.step} is missing; the run starts again.`,
        })
        dropCheckpoints(database, claimed.id)
        checkpoint = undefined
      }
      const step = checkpoint?.step ?? 0
      const seconds = checkpoint?.seconds ?? 0
      rewind(database, claimed.id, checkpoint ? step : -1)
      changeRun(database, claimed.id, { step, seconds, divergedAt: null })
      return {
        ...claimed,
        dataHash: recordedHash(database, claimed.id),
        spec: withWeightsPath(claimed.spec, options.modelsFolder),
        step,
        seconds,
        checkpoint: checkpoint?.file ?? null,
        models: knowModelOf(database, claimed.spec),
      }
    })
    .immediate()
}
