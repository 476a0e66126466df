/** Runs made ready for a cluster: data fetched and hashed here, contents of models and methods at hand. */
import { dirname } from 'node:path'
import { dataFolder } from '../../engine/index.ts'
import type { DataIdentity } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { LabEvents } from '../../shared/contract/lab.ts'
import { DATA_NAMES } from '../../shared/spec/schema.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { LabContext } from '../context.ts'
import { methodsFor } from '../methods/runs.ts'
import { knowModelOf } from '../models/names.ts'
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

/** Hashes of data that were looked at, by their place. */
export type DataHashes = Map<string, string>

/**
 * Fetches and hashes the data of runs, each set once, so that no node has to fetch and all of them train on
 * what lay here. Runs with the hash of their data.
 * @param known what was looked at before; added to
 * @throws BenchError `bad-data`, `unavailable` for data that are not here and cannot be fetched
 */
export async function withData(
  context: LabContext,
  runs: readonly ReadyRun[],
  known: DataHashes = new Map(),
): Promise<ReadyRun[]> {
  const asked = new Map<string, RunSpec['data']>()
  for (const { spec, dataHash } of runs) {
    // A run that has begun goes on with the data that it recorded, which its thread holds it to.
    if (dataHash === null && !known.has(keyOf(spec))) asked.set(keyOf(spec), spec.data)
  }
  const places = [...asked.values()]
  const found = places.length === 0 ? [] : await look(context, places)
  for (const [index, key] of [...asked.keys()].entries()) {
    checkHash(places[index], found[index])
    known.set(key, found[index].hash)
  }
  return runs.map((run) => ({ ...run, dataHash: run.dataHash ?? known.get(keyOf(run.spec)) ?? null }))
}

const keyOf = ({ data }: RunSpec): string => [data.name, data.path, data.label, data.size].join('\0')

async function look(context: LabContext, places: readonly RunSpec['data'][]): Promise<DataIdentity[]> {
  const input = places.map(({ name, path, label, size }) => ({ name, path, label, size }))
  const onProgress = (value: unknown): void =>
    context.emitter.emit('data/progress', value as LabEvents['data/progress'])
  return (await runTask(context.workerUrl, 'data/ready', input, { onProgress })) as DataIdentity[]
}

function checkHash({ name, path, sha256 }: RunSpec['data'], { hash, formerHash }: DataIdentity): void {
  if (sha256 === '' || [hash, formerHash].includes(sha256.toLowerCase())) return
  throw new BenchError(
    'bad-data',
    `${path || name} is not the data that the runs were made for (hash ${hash.slice(0, 12)}…, made for ` +
      `${sha256.slice(0, 12)}…).`,
    'data.path',
  )
}
