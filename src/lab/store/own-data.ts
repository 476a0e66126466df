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
import { rawField, setField } from '../../shared/spec/paths.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { Study } from '../../shared/spec/study-schema.ts'
import { inputOf, knowFile } from '../../shared/spec/data-shapes.ts'
import type { Connection } from './open.ts'
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

/** What own data are, by the state of their files: an estimate asks at every keystroke. */
const known = new Map<string, DataIdentity>()

export const knownByState = (state: string): DataIdentity | undefined => known.get(state)

export function know(state: string, { label, size }: DataPlace, identity: DataIdentity): void {
  const { hash: sha256, shape: input, classes } = identity
  knowFile({ sha256, label, size }, { input, classes })
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
  if (rawField(input, 'data.name') !== 'file' || typeof path !== 'string' || path === '') return input
  const [label, size, sha256] = ['label', 'size', 'sha256'].map((name) => rawField(input, `data.${name}`))
  const place = { name: 'file' as const, path, label: String(label ?? ''), size: Number(size ?? 0) }
  const hash = sha256 || knownOwn(place)?.hash
  const bound = setField(input, 'data.path', resolve(path))
  return hash === undefined ? bound : setField(bound, 'data.sha256', hash)
}

const NAMING = ['data.name', 'data.path', 'data.label', 'data.size']

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
  const own = data.name === 'file' ? knownOwn(data) : null
  return inputOf(
    data,
    own ? { input: given.input ?? own.shape, classes: given.classes ?? own.classes } : given,
  )
}
