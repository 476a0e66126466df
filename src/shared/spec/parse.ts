/**
 * The one door for specifications and studies: what comes in is unknown, what goes out is valid and complete.
 */
import type { z } from 'zod'
import { BenchError } from '../contract/errors.ts'
import { withEarlierMeaning } from './earlier.ts'
import { familyDefaults } from './families.ts'
import { allowedText, fieldOf, fields, siblings } from './fields.ts'
import { requireOwnSettings } from './method-fields.ts'
import { suggestion } from './nearest.ts'
import { runSpecSchema } from './schema.ts'
import { studySchema } from './study-schema.ts'
import type { RunSpec } from './schema.ts'
import type { Study } from './study-schema.ts'
import { isRecord } from './paths.ts'

/**
 * A run specification from what a user wrote; every field may be left out, and the family's defaults
 * (families.ts) come before the schema's. Throws BenchError('bad-specification') that lists every problem:
 * what, where, what is allowed.
 */
export function parseSpec(input: unknown): RunSpec {
  if (!isRecord(input)) {
    throw new BenchError('bad-specification', `A run specification is an object, not ${valueText(input)}.`)
  }
  const completed = withFamilyDefaults(input)
  const result = runSpecSchema.safeParse(completed)
  if (result.success) return requireOwnSettings(result.data)
  throw refusal(result.error.issues, completed, 'specification', specIssue)
}

/**
 * A specification as it was stored, perhaps before some fields existed: those take their defaults, which are
 * neutral, or the value that says what the run computed then (earlier.ts). Nothing is checked again.
 */
export function storedSpec(text: string): RunSpec {
  return filled(DEFAULTS, withEarlierMeaning(JSON.parse(text) as RunSpec) as RunSpec)
}

/** parseSpec of a complete specification that another bench stored, perhaps an earlier version. */
export function parseStoredSpec(input: unknown): RunSpec {
  return parseSpec(isRecord(input) ? withEarlierMeaning(input) : input)
}

const DEFAULTS: RunSpec = runSpecSchema.parse({})

function filled<T extends object>(defaults: T, stored: T): T {
  const result = { ...defaults, ...stored }
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    const [standard, own] = [defaults[key], stored[key]]
    if (isRecord(standard) && isRecord(own))
      result[key] = filled<typeof standard>(standard, own) as T[keyof T]
  }
  return result
}

/**
 * A study from what a user wrote. The base and the axes' fields are checked when it is expanded. Errors as in
 * parseSpec.
 */
export function parseStudy(input: unknown): Study {
  if (!isRecord(input))
    throw new BenchError('bad-specification', `A study is an object, not ${valueText(input)}.`)
  const result = studySchema.safeParse(input)
  if (!result.success) throw refusal(result.error.issues, input, 'study', studyIssue)
  const names = result.data.axes.map((axis) => axis.name)
  const duplicate = names.find((name, index) => names.indexOf(name) !== index)
  if (duplicate !== undefined) {
    throw new BenchError(
      'bad-specification',
      `Two axes are called “${duplicate}”; each needs its own name.`,
      'axes',
    )
  }
  for (const [index, axis] of result.data.axes.entries()) {
    for (const point of axis.points) {
      for (const path of [...Object.keys(point.set), ...Object.keys(point.when ?? {})])
        checkPath(path, `axes.${index}`)
    }
  }
  for (const condition of result.data.exclude) {
    for (const path of Object.keys(condition)) checkPath(path, 'exclude')
  }
  return result.data
}

/** The input with the fields of its model's family filled in where they are left out. */
export function withFamilyDefaults(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const model = input.model ?? {}
  if (!isRecord(model)) return { ...input }
  const defaults = familyDefaults(model.name ?? 'mlp')
  return defaults ? { ...input, model: { ...defaults, ...definedOnly(model) } } : { ...input }
}

function definedOnly(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))
}

function checkPath(path: string, where: string): void {
  if (path === 'seed') {
    throw new BenchError(
      'bad-specification',
      'Seeds are no axis of their own: list them under “seeds”.',
      where,
    )
  }
  fieldOf(path)
}

type Issue = z.core.$ZodIssue
type Describe = (issue: Issue, path: string, value: unknown) => string

function refusal(issues: readonly Issue[], input: unknown, noun: string, describe: Describe): BenchError {
  const lines = issues.map((issue) => describe(issue, issue.path.join('.'), valueAt(input, issue.path)))
  const first = issues[0]
  const where = first.code === 'unrecognized_keys' ? [...first.path, first.keys[0]] : first.path
  const message =
    lines.length === 1
      ? lines[0]
      : `${lines.length} problems in the ${noun}:\n${lines.map((line) => `- ${line}`).join('\n')}`
  return new BenchError('bad-specification', message, where.join('.') || null)
}

function specIssue(issue: Issue, path: string, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return unknownFields(path, issue.keys)
  const field = fields().find((each) => path === each.path || path.startsWith(`${each.path}.`))
  if (!field)
    return `“${path}” is ${valueText(value)}; it must hold the fields ${siblings(`${path}.x`).join(', ')}.`
  const hint = field.type === 'choice' && typeof value === 'string' ? suggestion(value, field.choices) : ''
  return `${field.path} (${field.title}) is ${valueText(value)}; it must be ${allowedText(field)}.${hint}`
}

function unknownFields(path: string, keys: readonly string[]): string {
  return keys
    .map((key) => {
      const full = path === '' ? key : `${path}.${key}`
      const top = Object.keys(runSpecSchema.shape)
      const beside = path === '' ? top : siblings(full)
      return `There is no field “${full}”.${suggestion(full, beside)} Allowed here: ${beside.join(', ')}.`
    })
    .join(' ')
}

function studyIssue(issue: Issue, path: string, value: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const known = path === '' ? Object.keys(studySchema.shape) : []
    return issue.keys
      .map(
        (key) =>
          `A study has no “${path === '' ? key : `${path}.${key}`}”.` +
          suggestion(key, known) +
          (known.length > 0 ? ` Allowed: ${known.join(', ')}.` : ''),
      )
      .join(' ')
  }
  const given = value === undefined ? 'is missing' : `is ${valueText(value)}`
  return `${path} ${given}: ${issue.message}.`
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at) && typeof key === 'number') return at[key]
    return isRecord(at) ? at[String(key)] : undefined
  }, input)
}

/** A value as a message shows it, cut to a readable length. */
export function valueText(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value))
    return value.length > 8 || value.some(Array.isArray)
      ? `a list of ${value.length}`
      : `[${value.map(valueText).join(', ')}]`
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return `“${value.length > 60 ? `${value.slice(0, 60)}…` : value}”`
  return String(value)
}
