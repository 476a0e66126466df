/**
 * A user's own data: which the bench remembers, what they are, and how runs are bound to their content before
 * they are made.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { refuseDevice, stateOfOwnData } from '../../engine/index.ts'
import type { DataIdentity, DataPlace } from '../../engine/index.ts'
import type { OwnDataEntry } from '../../shared/contract/data.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { dataSchema, OWN_FILES, ownForm } from '../../shared/spec/data-schema.ts'
import { rawField, setField } from '../../shared/spec/paths.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { inputOf, knowFile } from '../../shared/spec/data-shapes.ts'
import type { Connection } from './open.ts'
import { readSetting, writeSetting } from './settings.ts'
import { readStored } from './stored-text.ts'

const SETTING = 'own-data'

/** Fields that say how own data are read. */
const READ_BY = ['label', 'size', 'unit', 'context', 'validation', 'test'] as const

/** Files and folders of the user's that the bench remembers, the newest first. */
export function listOwnData(database: Connection): OwnDataEntry[] {
  const kept = readStored<{ path: string; label: string }[]>(
    readSetting(database, SETTING, '[]'),
    'the list of own data',
  )
  return kept.map(({ path, label }) => entryOf(path, label))
}

const entryOf = (path: string, label: string): OwnDataEntry => ({
  name: ownForm(path),
  path,
  label,
  present: existsSync(path),
})

/** Remembers a path, or its other label. */
export function addOwnData(database: Connection, path: string, label: string): OwnDataEntry {
  if (path === '') throw new BenchError('bad-input', 'The path is empty.', 'path')
  const full = resolve(path)
  refuseDevice(full, 'path')
  const others = listOwnData(database).filter((entry) => entry.path !== full)
  const all = [{ path: full, label }, ...others.map((entry) => ({ path: entry.path, label: entry.label }))]
  writeSetting(database, SETTING, JSON.stringify(all))
  return entryOf(full, label)
}

/** Another column of labels for a remembered path, which keeps its place. */
export function relabelOwnData(database: Connection, path: string, label: string): OwnDataEntry {
  const all = listOwnData(database).map((entry) => ({
    path: entry.path,
    label: entry.path === path ? label : entry.label,
  }))
  writeSetting(database, SETTING, JSON.stringify(all))
  return entryOf(path, label)
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

/** What own data are, by the state of their files: an estimate asks at every keystroke. */
const known = new Map<string, DataIdentity>()

export const knownByState = (state: string): DataIdentity | undefined => known.get(state)

export function know(state: string, place: DataPlace, identity: DataIdentity): void {
  const { hash: sha256, shape: input, classes } = identity
  knowFile({ ...place, sha256 }, { input, classes })
  known.set(state, identity)
}

function knownOwn(data: DataPlace): DataIdentity | null {
  try {
    return known.get(stateOfOwnData(data)) ?? null
  } catch (error) {
    if (error instanceof BenchError) return null
    throw error
  }
}

/**
 * A specification on own data bound to their content: the path made absolute and the hash beside it, unless
 * the user wrote one. Data that were not looked at, and other specifications, stay as they are.
 */
export function completeOwnData(input: Record<string, unknown>): Record<string, unknown> {
  const path = rawField(input, 'data.path')
  const name = OWN_FILES.find((each) => each === rawField(input, 'data.name'))
  if (name === undefined || typeof path !== 'string' || path === '') return input
  const given = Object.fromEntries(
    READ_BY.flatMap((field) => {
      const value = rawField(input, `data.${field}`)
      return value === undefined ? [] : [[field, value]]
    }),
  )
  const read = dataSchema.safeParse({ ...given, name, path })
  const hash = rawField(input, 'data.sha256') || (read.success ? knownOwn(read.data)?.hash : undefined)
  const bound = setField(input, 'data.path', resolve(path))
  return hash === undefined ? bound : setField(bound, 'data.sha256', hash)
}

const NAMING = ['data.name', 'data.path', ...READ_BY.map((field) => `data.${field}`)]

/** A study whose base alone names own data, bound to their content, so that it can go on on another day. */
export function boundOwnStudy(study: Study): Study {
  const named = study.axes.some(({ points }) => points.some(({ set }) => NAMING.some((path) => path in set)))
  return named ? study : { ...study, base: completeOwnData(study.base) }
}

/** Input and classes of a specification's data, of own data as they were found. As inputOf. */
export function knownInputOf(
  data: RunSpec['data'],
  given: { readonly input?: readonly number[]; readonly classes?: number } = {},
): { readonly input: readonly number[]; readonly classes: number } {
  const own = OWN_FILES.includes(data.name) ? knownOwn(data) : null
  return inputOf(
    data,
    own ? { input: given.input ?? own.shape, classes: given.classes ?? own.classes } : given,
  )
}
