/** Reading and writing single fields of a specification, whole or partial, by their dotted path. */
import { BenchError } from '../contract/errors.ts'
import { FAMILY_DEFAULTS, familyDefaults } from './families.ts'
import { allowedText, fieldOf } from './fields.ts'
import type { FieldInfo } from './fields.ts'
import { suggestion } from './nearest.ts'
import { isOwn } from './own.ts'
import type { FieldPath, FieldValue } from './schema.ts'

/** A plain object (not null, not an array). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The value of a field: the input's own, else the family's, else the schema's default. Throws BenchError for
 * a path that does not exist.
 */
export function getField(input: unknown, path: FieldPath): FieldValue {
  const field = fieldOf(path)
  const own = rawField(input, path)
  if (own !== undefined) return own as FieldValue
  const family = familyDefaults(rawField(input, 'model.name') ?? 'mlp')
  if (family && path.startsWith('model.')) {
    const entry = Object.entries(family).find(([name]) => path === `model.${name}`)
    if (entry) return entry[1]
  }
  return field.default
}

/** Paths are few and read millions of times when a grid is expanded. */
const keysOf = new Map<FieldPath, readonly string[]>()

/** What stands at a path, undefined where nothing does; no defaults, no check. */
export function rawField(input: unknown, path: FieldPath): unknown {
  let keys = keysOf.get(path)
  if (!keys) keysOf.set(path, (keys = path.split('.')))
  let at: unknown = input
  for (const key of keys) at = isRecord(at) ? at[key] : undefined
  return at
}

/**
 * A copy of the input (whole or partial) with one field set; the input stays as it is. Choosing another
 * family takes away the depth, width and activation that only stood there as the old family's defaults.
 * Throws BenchError for a path that does not exist; the value itself is checked by parseSpec.
 */
export function setField(input: unknown, path: FieldPath, value: unknown): Record<string, unknown> {
  fieldOf(path)
  const root = isRecord(input) ? input : {}
  const changed = withValue(root, path.split('.'), value)
  if (path !== 'model.name') return changed
  const { model: renamed } = changed
  if (rawField(root, 'model.name') === value || !isRecord(renamed)) return changed
  // The hash is that of the model that stood here.
  const { sha256: _hash, ...model } = renamed
  const before = familyDefaults(getField(root, 'model.name'))
  if (!before) return { ...changed, model }
  const kept = Object.entries(model).filter(([name, own]) => {
    const standard = Object.entries(before).find(([each]) => each === name)
    return !standard || standard[1] !== own
  })
  const variant =
    model.variant === undefined || !(String(value) in FAMILY_DEFAULTS)
      ? kept
      : kept.filter(([name]) => name !== 'variant')
  return { ...changed, model: Object.fromEntries(variant) }
}

/** A copy of a record with the value at the end of the keys set; the record stays as it is. */
export function withValue(
  root: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [key, ...rest] = keys
  if (rest.length === 0) return { ...root, [key]: value }
  const child = root[key]
  return { ...root, [key]: withValue(isRecord(child) ? child : {}, rest, value) }
}

export interface Setting {
  readonly path: FieldPath
  readonly value: FieldValue
}

/**
 * `sparsity.density=0.1` → a path and a value of the field's type; lists as `0.5,0.75`.
 * Throws BenchError('bad-input') that says what the field takes.
 */
export function parseSetting(text: string): Setting {
  const at = text.indexOf('=')
  if (at < 1) {
    throw new BenchError(
      'bad-input',
      `“${text}” is not a setting; write path=value, e.g. sparsity.density=0.1.`,
      text,
    )
  }
  const path = text.slice(0, at).trim()
  return { path, value: parseFieldText(fieldOf(path), text.slice(at + 1).trim()) }
}

/** The value that a text gives a field. Throws BenchError('bad-input'); the range is left to parseSpec. */
export function parseFieldText(field: FieldInfo, text: string): FieldValue {
  const refuse = (hint = ''): never => {
    throw new BenchError(
      'bad-input',
      `${field.path} is “${text}”; it must be ${allowedText(field)}.${hint}`,
      field.path,
    )
  }
  const number = (part: string): number => {
    const value = Number(part.replace('−', '-'))
    return part.trim() === '' || !Number.isFinite(value) ? refuse() : value
  }
  switch (field.type) {
    case 'number':
    case 'integer':
      return number(text)
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : refuse()
    case 'numbers':
      return text === ''
        ? []
        : text
            .replace(/^\[|\]$/g, '')
            .split(',')
            .map(number)
    case 'choice':
      return field.choices.includes(text) || (field.own && isOwn(text))
        ? text
        : refuse(suggestion(text, field.choices))
    case 'text':
      return text
  }
}
