/**
 * Data exchanged under the path of runs that exist: those runs are not reused; a study that is started then
 * is bound to the content that is there now, which makes its runs others.
 */
import { existsSync } from 'node:fs'
import { dataFolder } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { OWN_FILES } from '../../shared/spec/data-schema.ts'
import { rawField, setField } from '../../shared/spec/paths.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { expandStudy } from '../../shared/studies/grid.ts'
import type { LabContext } from '../context.ts'
import { completing } from '../models/names.ts'
import { ownWeightsOf } from '../models/weights.ts'
import { addEvent } from '../store/events.ts'
import type { Connection } from '../store/open.ts'
import { findAllExisting, findRun, recordedHash } from '../store/runs.ts'
import { bindWeightsFiles } from '../store/weights-files.ts'
import { identify } from './look-at-data.ts'

export interface ChangedData {
  /** Hashes of what is there now, by the name and path of data that were other ones before. */
  readonly now: ReadonlyMap<string, string>
  /** Runs that were trained on those. */
  readonly runs: readonly number[]
}

const NAME = 'data.name'
const PATH = 'data.path'
const HASH = 'data.sha256'
/** Digits of a hash that tell data apart in a label. */
const SHOWN = 8

const placeOf = (name: unknown, path: unknown): string => `${String(name ?? 'mnist')}\0${String(path ?? '')}`

/**
 * Compares the data of existing runs that a study would reuse with what they recorded. Data that are not
 * there or cannot be read are left out: the runs that need them tell.
 */
export async function changedData(context: LabContext, study: Study, backend: string): Promise<ChangedData> {
  const { database } = context
  const { runs: grid, searched } = expandStudy(
    bindWeightsFiles(study, ownWeightsOf(database)),
    completing(database),
  )
  const recorded = new Map<string, { run: number; hash: string }[]>()
  const data = new Map<string, (typeof grid)[number]['spec']['data']>()
  const bound = [...searched, ...grid].filter(
    ({ spec }) => !OWN_FILES.includes(spec.data.name) && spec.data.sha256 === '',
  )
  const known = findAllExisting(
    database,
    bound.map(({ identity }) => identity),
    backend,
  )
  for (const { identity, spec } of bound) {
    const existing = known.get(identity)
    const hash = existing && recordedHash(database, existing.id)
    if (!existing || !hash) continue
    const place = placeOf(spec.data.name, spec.data.path)
    data.set(place, spec.data)
    recorded.set(place, [...(recorded.get(place) ?? []), { run: existing.id, hash }])
  }
  const now = new Map<string, string>()
  const runs: number[] = []
  for (const [place, each] of data) {
    if (!existsSync(dataFolder(each))) continue
    try {
      const { hash, formerHash } = await identify(context, each)
      const others = (recorded.get(place) ?? []).filter((one) => one.hash !== hash && one.hash !== formerHash)
      if (others.length === 0) continue
      now.set(place, hash)
      runs.push(...others.map(({ run }) => run))
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
    }
  }
  return { now, runs }
}

/** The study bound to the content of data that changed, in its base and in points that name data. */
export function boundToData(study: Study, { now }: ChangedData): Study {
  if (now.size === 0) return study
  const [name, path] = [rawField(study.base, NAME), rawField(study.base, PATH)]
  const own = now.get(placeOf(name, path))
  const axes = study.axes.map((axis) => ({
    ...axis,
    points: axis.points.map((point) => {
      if (!(NAME in point.set) && !(PATH in point.set)) return point
      const hash = now.get(placeOf(point.set[NAME] ?? name, point.set[PATH] ?? path))
      return { ...point, set: { ...point.set, [HASH]: hash ?? '' } }
    }),
  }))
  return { ...study, base: own === undefined ? study.base : setField(study.base, HASH, own), axes }
}

/** What tells the new runs from those before, where one data set changed. */
export function labelOf({ now }: ChangedData): Record<string, string> {
  const [hash] = now.values()
  return now.size === 1 ? { Data: hash.slice(0, SHOWN) } : {}
}

/** Says in new runs why they are not those that exist. */
export function tellChanged(
  database: Connection,
  fresh: readonly number[],
  { now, runs }: ChangedData,
  at: string,
): void {
  if (now.size === 0) return
  for (const id of fresh) {
    const data = findRun(database, id)?.spec.data
    if (!data || now.get(placeOf(data.name, data.path)) !== data.sha256) continue
    const where = data.path === '' ? 'the bench’s store' : data.path
    const message =
      `The data in ${where} are not those that run ${runs.join(', ')} ` +
      `${runs.length === 1 ? 'was' : 'were'} trained on; this run is for what is there now.`
    addEvent(database, id, { at, step: null, level: 'warning', message })
  }
}
