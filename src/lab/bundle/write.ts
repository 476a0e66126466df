/** A study with everything that its ended runs have, as one file. */
import { BenchError } from '../../shared/contract/errors.ts'
import { csvLine } from '../../shared/format/csv.ts'
import { studyOf } from '../handlers/studies.ts'
import { runGroup } from '../../shared/spec/usage.ts'
import type { ParsedInput } from '../../shared/contract/calls/index.ts'
import type { LabContext } from '../context.ts'
import { writeFile } from '../export/writer.ts'
import { allPoints } from '../store/curves.ts'
import { listEvents } from '../store/events.ts'
import { listLayers } from '../store/layers.ts'
import type { Connection } from '../store/open.ts'
import { environmentOf, listRuns } from '../store/runs.ts'
import { bundledModels } from '../models/bundle.ts'
import { bundledWeights } from '../models/weights.ts'
import { packBundle, weightsName } from './format.ts'
import { bundledMethods } from './methods.ts'
import { studyWithPlaces, textWithoutUser, withoutUser, withPlaces } from './places.ts'
import { METRICS_HEADER } from './points.ts'
import type { BundleRun } from './format.ts'

const ENDED = new Set(['finished', 'diverged', 'failed', 'cancelled'])

/**
 * Writes the bundle. Runs that are still queued or running are left out.
 * @throws BenchError `not-found` for an unknown study, one without ended runs (but with `alone`), and for
 * runs that are none of its ended ones.
 */
export function writeBundle(
  context: LabContext,
  { study: id, file, runs: only, alone = false }: ParsedInput<'bundle/export'>,
): { file: string; runs: number; bytes: number } {
  const { study } = studyOf(context, id)
  context.queue?.flush()
  const { database } = context
  const ended = listRuns(database, { study: id }).filter(({ status }) => ENDED.has(status))
  const wanted = only && new Set(only)
  const rows = wanted ? ended.filter(({ id: run }) => wanted.delete(run)) : ended
  if (wanted && wanted.size > 0)
    throw new BenchError(
      'not-found',
      `Run ${[...wanted].join(', ')}: none of the ended runs of “${id}”.`,
      'runs',
    )
  if (rows.length === 0 && !alone)
    throw new BenchError('not-found', `“${id}” has no ended runs to share.`, 'study')
  const places = new Map(rows.map((row, place) => [row.id, place]))
  const runs = rows.map((row) => ({
    identity: row.identity,
    // A run may have joined a group that was stored under another name.
    group: runGroup(row.spec),
    spec: withPlaces(row.spec, withoutUser),
    backend: row.backend,
    status: row.status as BundleRun['status'],
    labels: row.labels,
    backendUsed: row.backendUsed,
    device: row.device,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
    step: row.step,
    totalSteps: row.totalSteps,
    seconds: row.seconds,
    error: row.error ? textWithoutUser(row.error.message) : null,
    divergedAt: row.divergedAt,
    environment: shareable(environmentOf(database, row.id)),
    tags: row.tags,
    note: row.note,
    layers: listLayers(database, row.id),
    events: listEvents(database, row.id).map((event) => ({
      ...event,
      message: textWithoutUser(event.message),
    })),
  }))
  const specs = rows.map(({ spec }) => spec)
  const own = bundledModels(database, specs)
  const methods = bundledMethods(database, specs)
  const content = {
    study: studyWithPlaces(study, withoutUser),
    runs,
    ...(own.length > 0 ? { own } : {}),
    ...(methods.length > 0 ? { methods } : {}),
  }
  const weights = bundledWeights(context.paths.models, specs)
  const files = {
    'bundle.json': JSON.stringify(content),
    'metrics.csv': metricLines(database, places),
    ...Object.fromEntries(weights.map(({ hash, bytes }) => [weightsName(hash), bytes])),
  }
  const program = `Givens Bench ${context.version}`
  const hasOwn = own.length + methods.length + weights.length > 0
  const bytes = writeFile(file, (append) =>
    packBundle(files, { program, now: context.now(), hasOwn }, append),
  )
  return { file, runs: rows.length, bytes }
}

function* metricLines(database: Connection, places: ReadonlyMap<number, number>): Generator<string> {
  yield csvLine(METRICS_HEADER)
  for (const { run, phase, name, step, epoch, wall, value } of allPoints(database, [...places.keys()]))
    yield csvLine([places.get(run), phase, name, step, epoch, wall, value])
}

/** The command may name folders of this machine; everything else may travel. */
function shareable(environment: Record<string, string>): Record<string, string> {
  const isPrivate = (name: string) => name === 'command' || name.endsWith('uncommitted changes')
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isPrivate(name)))
}
