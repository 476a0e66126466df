/**
 * A user's own data: which the bench remembers, what they are, and how runs are bound to their content before
 * they are made.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { stateOfOwnData } from '../../engine/data/identify.ts'
import type { DataIdentity, DataPlace } from '../../engine/data/identify.ts'
import type { OwnDataEntry } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { groupOf, identityOf } from '../../shared/spec/identity.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { inputOf } from '../../shared/spec/data-shapes.ts'
import type { GridRun } from '../../shared/studies/grid.ts'
import type { LabContext } from '../context.ts'
import { runTask } from '../threads/task-thread.ts'
import { presetStudies } from '../../shared/studies/index.ts'
import type { Connection } from './open.ts'
import { listStudies } from './studies.ts'
import { readSetting, writeSetting } from './settings.ts'

const SETTING = 'own-data'

/** Files and folders of the user's that the bench remembers, the newest first. */
export function listOwnData(database: Connection): OwnDataEntry[] {
  const kept = JSON.parse(readSetting(database, SETTING, '[]')) as { path: string; label: string }[]
  return kept.map(({ path, label }) => ({ path, label, present: existsSync(path) }))
}

/** Remembers a path, or its other label. */
export function addOwnData(database: Connection, path: string, label: string): OwnDataEntry {
  const full = resolve(path)
  const others = listOwnData(database).filter((entry) => entry.path !== full)
  const all = [{ path: full, label }, ...others.map((entry) => ({ path: entry.path, label: entry.label }))]
  writeSetting(database, SETTING, JSON.stringify(all))
  return { path: full, label, present: existsSync(full) }
}

/** Another column of labels for a remembered path, which keeps its place. */
export function relabelOwnData(database: Connection, path: string, label: string): OwnDataEntry {
  const all = listOwnData(database).map((entry) => ({
    path: entry.path,
    label: entry.path === path ? label : entry.label,
  }))
  writeSetting(database, SETTING, JSON.stringify(all))
  return { path, label, present: existsSync(path) }
}

/** Forgets a path; the file itself stays. */
export function forgetOwnData(database: Connection, path: string): void {
  const kept = listOwnData(database).filter((entry) => entry.path !== path)
  writeSetting(
    database,
    SETTING,
    JSON.stringify(kept.map((entry) => ({ path: entry.path, label: entry.label }))),
  )
}

const chosen = new WeakMap<LabContext, Set<string>>()

/** The user pointed at a path in this window: the page may name it from now on. */
export function chooseData(context: LabContext, path: string): void {
  const paths = chosen.get(context) ?? new Set<string>()
  chosen.set(context, paths.add(path))
}

/** Whether the page may name a path: chosen, remembered, or named by runs, studies or presets. */
export function isChosen(context: LabContext, path: string): boolean {
  const { database } = context
  if (chosen.get(context)?.has(path) || listOwnData(database).some((entry) => entry.path === path))
    return true
  const inRuns = database
    .prepare<[string], number>("SELECT 1 FROM runs WHERE json_extract(spec, '$.data.path') = ? LIMIT 1")
    .pluck()
  if (inRuns.get(path) !== undefined) return true
  const named = (study: unknown): boolean => JSON.stringify(study).includes(JSON.stringify(path))
  return presetStudies().some(named) || listStudies(database).some(named)
}

/** What own data are, by the state of their files: an estimate asks at every keystroke. */
const known = new Map<string, DataIdentity>()

function knownOwn(data: DataPlace): DataIdentity | null {
  try {
    return known.get(stateOfOwnData(data)) ?? null
  } catch (error) {
    if (error instanceof BenchError) return null
    throw error
  }
}

/**
 * What data are, in a thread of its own; own data are read once as long as they stay as they are. Throws
 * BenchError('bad-data') for data that cannot be read.
 */
export async function identify(context: LabContext, data: DataPlace): Promise<DataIdentity> {
  const { name, path, label, size } = data
  const place = { name, path, label, size }
  if (name !== 'file') return (await runTask(context.workerUrl, 'data/identify', place)) as DataIdentity
  const state = stateOfOwnData(place)
  const before = known.get(state)
  if (before) return before
  const found = (await runTask(context.workerUrl, 'data/identify', place)) as DataIdentity
  known.set(state, found)
  return found
}

/** Reads the own data of specifications, each once. */
export async function lookAtOwnData(context: LabContext, specs: readonly RunSpec[]): Promise<void> {
  const places = new Map<string, DataPlace>()
  for (const { data } of specs) {
    if (data.name === 'file' && data.path !== '')
      places.set(`${data.path}\0${data.label}\0${data.size}`, data)
  }
  for (const place of places.values()) await identify(context, place)
}

/**
 * Runs on own data bound to their content: the path made absolute and the hash beside it, unless the user
 * wrote one. The data were looked at before.
 */
export function bindOwnData(runs: readonly GridRun[]): GridRun[] {
  const hashes = new Map<string, string>()
  return runs.map((run) => {
    const { data } = run.spec
    if (data.name !== 'file' || data.path === '') return run
    const place = `${data.path}\0${data.label}\0${data.size}`
    const hash = hashes.get(place) ?? knownOwn(data)?.hash ?? ''
    hashes.set(place, hash)
    const sha256 = data.sha256 || hash
    const spec = { ...run.spec, data: { ...data, path: resolve(data.path), sha256 } }
    return { ...run, spec, identity: identityOf(spec), group: groupOf(spec) }
  })
}

/** Input and classes of a specification's data, of own data as they were found. As inputOf. */
export function knownInputOf(
  data: RunSpec['data'],
  given: { readonly input?: readonly number[]; readonly classes?: number } = {},
): { readonly input: readonly number[]; readonly classes: number } {
  const own = data.name === 'file' ? knownOwn(data) : null
  return inputOf(
    data,
    own ? { input: given.input ?? own.shape, classes: given.classes ?? own.classes } : given,
  )
}
