/** Runs made ready for a cluster: data fetched and hashed here, contents of models and methods at hand. */
import { dirname } from 'node:path'
import { dataFolder } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { DATA_NAMES } from '../../shared/spec/schema.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { LabContext } from '../context.ts'
import { methodsFor } from '../methods/runs.ts'
import { knowModelOf } from '../models/names.ts'
import { identify } from '../run/look-at-data.ts'
import { lastCheckpoint } from '../store/artifacts.ts'
import { listRuns, recordedHash } from '../store/runs.ts'
import { expectedSeconds } from '../store/step-times.ts'
import { runTask } from '../threads/task-thread.ts'
import type { SpoolRun } from './spool.ts'

export interface ReadyRun extends Omit<SpoolRun, 'dataHash'> {
  readonly seconds: number | null
  readonly dataHash: string | null
}

/** What the database knows of runs that are to be sent. @throws BenchError `untrusted`, `not-found`. */
export function readyRuns(context: LabContext, ids: readonly number[]): ReadyRun[] {
  const { database } = context
  const times = new Map<string, number | null>()
  return listRuns(database, { ids }).map(({ id, spec, backend, backendUsed, group }): ReadyRun => {
    const kind = `${group} ${backend}`
    if (!times.has(kind)) times.set(kind, expectedSeconds(database, spec, backend))
    const checkpoint = lastCheckpoint(database, id)
    return {
      ...{ run: id, spec, backend, recorded: backendUsed, models: knowModelOf(database, spec) },
      methods: methodsFor(context, spec),
      dataHash: recordedHash(database, id),
      checkpoint: checkpoint
        ? { file: checkpoint.file, step: checkpoint.step, seconds: checkpoint.seconds }
        : null,
      seconds: times.get(kind) ?? null,
    }
  })
}

/** The folder of fetched data, which nodes must see at the same place. */
export const dataStore = (): string => dirname(dataFolder({ name: DATA_NAMES[0], path: '' }))

/**
 * Fetches and hashes the data of runs, each set once, so that no node has to fetch and all of them train on
 * what lay here. Runs with the hash of their data.
 * @throws BenchError `bad-data`, `unavailable` for data that are not here and cannot be fetched
 */
export async function withData(context: LabContext, runs: readonly ReadyRun[]): Promise<ReadyRun[]> {
  const hashes = new Map<string, string>()
  for (const { spec } of runs) {
    const key = keyOf(spec)
    if (hashes.has(key)) continue
    if (spec.data.path === '' && spec.data.name !== 'file') {
      await runTask(context.workerUrl, 'data/get', { name: spec.data.name }, {
        onProgress: (value) =>
          context.emitter.emit('data/progress', { name: spec.data.name, progress: value as never }),
      })
    }
    const { hash, formerHash } = await identify(context, spec.data)
    if (spec.data.sha256 !== '' && ![hash, formerHash].includes(spec.data.sha256.toLowerCase())) {
      throw new BenchError(
        'bad-data',
        `${spec.data.path || spec.data.name} is not the data that the runs were made for (hash ` +
          `${hash.slice(0, 12)}…, made for ${spec.data.sha256.slice(0, 12)}…).`,
        'data.path',
      )
    }
    hashes.set(key, hash)
  }
  return runs.map((run) => ({ ...run, dataHash: run.dataHash ?? hashes.get(keyOf(run.spec)) ?? null }))
}

const keyOf = ({ data }: RunSpec): string => [data.name, data.path, data.label, data.size].join('\0')
