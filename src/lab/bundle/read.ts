/** Brings a bundle in: checked whole before anything is stored, one transaction, nothing overwritten. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { refuseDevice } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { BundleImport } from '../../shared/contract/lab.ts'
import { parseStoredSpec, parseStudy } from '../../shared/spec/parse.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { hasIdentity } from '../../shared/spec/usage.ts'
import { presetStudies } from '../../shared/studies/index.ts'
import type { LabContext } from '../context.ts'
import { keepBundledModels, readBundledModels } from '../models/bundle.ts'
import { checkBundledWeights, keepBundledWeights } from '../models/weights.ts'
import { addEvent } from '../store/events.ts'
import { explain } from '../store/failures.ts'
import { writeLayers } from '../store/layers.ts'
import { writePoints } from '../store/metrics.ts'
import type { Connection } from '../store/open.ts'
import { addRun, changeRun, findExisting } from '../store/runs.ts'
import { sealRun } from '../store/seals.ts'
import { findStudy, linkRun, saveStudy } from '../store/studies.ts'
import { keepMethods, knowing, readMethods } from './methods.ts'
import type { MethodContent } from '../store/methods.ts'
import { isKnownOwn } from '../../shared/methods/registry.ts'
import { broken, contentSchema, parseJson, unpackBundle } from './format.ts'
import type { BundleOwn, BundleRun } from './format.ts'
import { ofThisUser, studyWithPlaces, withPlaces } from './places.ts'
import { readPoints } from './points.ts'

interface Content {
  readonly methods: readonly MethodContent[]
  readonly study: Study
  readonly own: readonly BundleOwn[]
  readonly weights: ReadonlyMap<string, Uint8Array>
  readonly runs: readonly (BundleRun & { readonly spec: RunSpec })[]
  /** metrics.csv, every line of which was looked at. */
  readonly metrics: Uint8Array
}

/**
 * Reads and stores a bundle. Runs that exist with the same identity and backend are skipped and only linked;
 * an own study of the same id stays as it is.
 * @throws BenchError `bad-file`, `newer-database`, `conflict` where an own study of that id is another one.
 */
export function importBundle(context: LabContext, file: string): BundleImport {
  const now = context.now().toISOString()
  const { study, runs, metrics, own, weights, methods } = readContent(file, now)
  const { database } = context
  const preset = presetStudies().some((each) => each.study.id === study.id)
  const known = findStudy(database, study.id)?.study
  if (known && JSON.stringify(known) !== JSON.stringify(study)) {
    throw new BenchError(
      'conflict',
      `There is another study “${study.id}” here. Nothing was imported; rename yours ` +
        'or import into another home.',
      'study',
    )
  }
  // Before the runs that begin with them; what no run names in the end is swept.
  keepBundledWeights(context.paths.models, weights)
  const result = database
    .transaction(() => {
      if (!preset && !known) saveStudy(database, study, now)
      keepMethods(database, methods, now)
      const models = keepBundledModels(database, own, { source: basename(file), weights, now })
      const added: number[] = []
      const skipped: number[] = []
      const stored = new Map<number, number>()
      for (const [position, run] of runs.entries()) {
        const existing = findExisting(database, run.identity, run.backend)
        const id = existing?.id ?? store(database, run)
        if (!existing) stored.set(position, id)
        ;(existing ? skipped : added).push(id)
        if (!isLinked(database, study.id, id)) linkRun(database, study.id, id, position, run.labels)
      }
      for (const { run, points } of readPoints(metrics, runs.length, file)) {
        const id = stored.get(run)
        if (id !== undefined) writePoints(database, id, points)
      }
      for (const [position, id] of stored)
        if (['finished', 'diverged'].includes(runs[position].status)) sealRun(database, id, now)
      return { added, skipped, models }
    })
    .immediate()
  if (methods.length > 0) context.methodsChanged()
  context.emitter.emit('studies/changed', { id: study.id })
  for (const name of result.models) context.emitter.emit('models/changed', { name })
  const untrusted = methods
    .filter(({ sha256 }) => !context.computer.isTrusted(sha256))
    .map(({ name }) => name)
  return { study: study.id, title: study.title, ...result, untrusted }
}

function isLinked(database: Connection, study: string, run: number): boolean {
  return (
    database.prepare('SELECT 1 FROM study_runs WHERE study = ? AND run = ?').get(study, run) !== undefined
  )
}

function store(database: Connection, run: Content['runs'][number]): number {
  const { identity, group, spec, backend } = run
  const id = addRun(database, { identity, group, spec, backend }, run.createdAt)
  const error = run.error === null ? null : { code: 'internal', message: run.error, where: null, stack: null }
  changeRun(database, id, {
    status: run.status,
    backendUsed: run.backendUsed,
    device: run.device,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    step: run.step,
    totalSteps: run.totalSteps,
    seconds: run.seconds,
    error: error && JSON.stringify(error),
    divergedAt: run.divergedAt,
    environment: JSON.stringify(run.environment),
    tags: JSON.stringify(run.tags),
    note: run.note,
  })
  writeLayers(database, id, run.layers)
  for (const event of run.events) addEvent(database, id, event)
  return id
}

function readContent(file: string, now: string): Content {
  const { texts, weights } = unpackBundle(readBytes(file), file)
  const content = contentSchema.safeParse(parseJson(texts['bundle.json'] ?? new Uint8Array(0), file))
  if (!content.success)
    throw broken(file, `bundle.json is wrong at ${content.error.issues[0].path.join('.')}`)
  const metrics = texts['metrics.csv'] ?? new Uint8Array(0)
  for (const _stretch of readPoints(metrics, content.data.runs.length, file)) continue
  try {
    const methods = readMethods(content.data.methods, file, now)
    return knowing(methods, isKnownOwn, () => {
      const runs = content.data.runs.map((run) => ({
        ...run,
        spec: withPlaces(parseStoredSpec(run.spec), ofThisUser),
      }))
      for (const { spec, identity, group } of runs) {
        if (!hasIdentity(spec, identity, group))
          throw broken(file, `the specification of a run does not have the identity ${identity}`)
      }
      readBundledModels(content.data.own, runs, file)
      checkBundledWeights(weights, file)
      const study = studyWithPlaces(parseStudy(content.data.study), ofThisUser)
      return { study, runs, metrics, own: content.data.own, weights, methods }
    })
  } catch (error) {
    if (!(error instanceof BenchError) || error.code === 'bad-file') throw error
    throw broken(file, error.message)
  }
}

function readBytes(file: string): Uint8Array {
  refuseDevice(file)
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new BenchError('not-found', `There is no file ${file}.`, file)
    throw explain(error, file)
  }
}
