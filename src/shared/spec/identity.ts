/**
 * The identity of a run: SHA-256 of its specification in canonical form. Fields at the schema's default are
 * left out, so that a field added later with a neutral default leaves every stored identity as it is. Never
 * change what is hashed: identities pinned in the test are in people's databases.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { identifyingMeaning } from './earlier.ts'
import { OWN_FILES } from './data-schema.ts'
import { fieldOf, fields } from './fields.ts'
import { METHOD_FIELDS, ownSettingPath } from './method-fields.ts'
import { rawField } from './paths.ts'
import type { FieldValue, RunSpec } from './schema.ts'

/** Hexadecimal digits of an identity: 128 bits, enough that two of 10¹⁵ runs meet with probability 10⁻⁹. */
export const IDENTITY_LENGTH = 32

/**
 * The fields that differ from their defaults, path → value, paths sorted. Of a method of the user's own all
 * settings are told: what it takes by default may be another tomorrow.
 */
export function changedFields(spec: RunSpec): Record<string, FieldValue> {
  const changed: Record<string, FieldValue> = {}
  for (const field of SORTED) {
    const value = rawField(spec, field.path) as FieldValue
    if (!sameValue(value, field.default)) changed[field.path] = value
  }
  const own = METHOD_FIELDS.flatMap(({ section }) =>
    Object.entries(spec[section].settings ?? {}).map(
      ([name, value]) => [ownSettingPath(section, name), value] as const,
    ),
  )
  if (own.length === 0) return changed
  const all = [...Object.entries(changed), ...own].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(all)
}

/**
 * What the identity is made of: the changed fields, but of a file of weights and of a user's own data the
 * content hash in place of the path, and of an own model its content hash in place of its name, so that what
 * was moved or renamed means the same run and what was changed another. Definitions that were corrected are
 * told apart (earlier.ts).
 */
function identifyingFields(spec: RunSpec): Record<string, FieldValue> {
  const changed = identifyingMeaning(spec, changedFields(spec))
  if ('initialization.file.sha256' in changed) delete changed['initialization.file.path']
  if (OWN_FILES.includes(spec.data.name) && 'data.sha256' in changed) delete changed['data.path']
  if ('model.sha256' in changed) delete changed['model.name']
  return Object.fromEntries(Object.entries(changed).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Canonical JSON: `{"sparsity.density":0.1,…}`, sorted, without fields at their default, without white space.
 */
export function canonicalSpec(spec: RunSpec): string {
  return JSON.stringify(identifyingFields(spec))
}

/** 32 hexadecimal digits that name a specification with its seed. */
export function identityOf(spec: RunSpec): string {
  return digest(canonicalSpec(spec))
}

/** The same of a specification with each of some seeds, at the cost of little more than one. */
export function identitiesOf(spec: RunSpec, seeds: readonly number[]): string[] {
  const { seed: _, ...rest } = identifyingFields(spec)
  const { default: usual } = fieldOf('seed')
  const paths = Object.keys(rest)
  // Where the seed stands among the sorted paths.
  const at = paths.findIndex((path) => path > 'seed')
  const place = at === -1 ? paths.length : at
  const parts = paths.map((path) => JSON.stringify({ [path]: rest[path] }).slice(1, -1))
  return seeds.map((seed) => {
    const own = sameValue(seed, usual) ? [] : [`"seed":${JSON.stringify(seed)}`]
    return digest(`{${[...parts.slice(0, place), ...own, ...parts.slice(place)].join(',')}}`)
  })
}

/** 32 hexadecimal digits that name a specification whatever its seed: what tables group by. */
export function groupOf(spec: RunSpec): string {
  const changed = identifyingFields(spec)
  delete changed.seed
  return digest(`group:${JSON.stringify(changed)}`)
}

function digest(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, IDENTITY_LENGTH)
}

export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((entry, index) => Object.is(entry, b[index]))
  // −0 and 0 are one value to a user, and JSON writes both as 0.
  return a === b
}

const SORTED = [...fields()].sort((a, b) => (a.path < b.path ? -1 : 1))
