/**
 * The fields of the specification as a list, derived from its schema: for the form, the command line and
 * messages.
 */
import { z } from 'zod'
import { BenchError } from '../contract/errors.ts'
import { suggestion } from './nearest.ts'
import { methodNames } from '../methods/registry.ts'
import type { MethodKind, MethodSetting, NumberSetting } from '../methods/types.ts'
import { METHOD_FIELDS, ownSettingPath, ownSettingsOf } from './method-fields.ts'
import { runSpecSchema } from './schema.ts'
import type { FieldPath, FieldValue } from './schema.ts'

export interface FieldInfo {
  /** `sparsity.density`; the same word everywhere. */
  readonly path: FieldPath
  /** First part of the path; empty for the seed. */
  readonly section: string
  readonly title: string
  readonly help: string
  readonly type: 'number' | 'integer' | 'text' | 'boolean' | 'choice' | 'numbers'
  readonly default: FieldValue
  /** Bounds of a number, or of each number of a list. */
  readonly minimum: number | null
  readonly exclusiveMinimum: number | null
  readonly maximum: number | null
  readonly exclusiveMaximum: number | null
  /** Allowed names, for choices. */
  readonly choices: readonly string[]
  /** Whether a choice takes `own:NAME` as well. */
  readonly own: boolean
}

interface JsonNode {
  readonly type?: string
  readonly title?: string
  readonly description?: string
  readonly default?: FieldValue
  readonly properties?: Readonly<Record<string, JsonNode>>
  readonly items?: JsonNode
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonNode[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
}

/** JSON Schema (draft 2020-12) of what a user may write as a run specification. */
export function specJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(runSpecSchema, { io: 'input' }), title: 'Givens Bench run specification' }
}

/** Every field once, in the order of the schema; settings of the user's own methods are in `ownFields`. */
export function fields(): readonly FieldInfo[] {
  return ALL
}

/** Titles and descriptions of the sections (`model`, `data`, …), in order. */
export function sections(): readonly { readonly name: string; readonly help: string }[] {
  return Object.entries(ROOT.properties ?? {})
    .filter(([, node]) => node.properties)
    .map(([name, node]) => ({ name, help: node.description ?? '' }))
}

/** The field of a path. Throws BenchError('bad-specification') with the nearest known path. */
export function fieldOf(path: FieldPath): FieldInfo {
  const field = BY_PATH.get(path) ?? ownFields().find((each) => each.path === path)
  if (field) return field
  const paths = [...BY_PATH.keys(), ...ownFields().map((each) => each.path)]
  throw new BenchError(
    'bad-specification',
    `There is no field “${path}”.${suggestion(path, paths)} Fields: ${siblings(path).join(', ')}.`,
    path,
  )
}

/** The settings of the user's own methods that are registered, as fields. */
export function ownFields(): FieldInfo[] {
  return METHOD_FIELDS.flatMap(({ kind, section }) =>
    [...ownSettingsOf(kind)].map(([name, setting]) =>
      ownField(ownSettingPath(section, name), section, setting),
    ),
  )
}

function ownField(path: FieldPath, section: string, setting: MethodSetting): FieldInfo {
  const bounds: Partial<NumberSetting> =
    setting.type === 'number' || setting.type === 'integer' ? setting : {}
  return {
    path,
    section,
    title: setting.title,
    help: setting.help,
    type: setting.type,
    default: setting.default,
    minimum: bounds.minimum ?? null,
    exclusiveMinimum: bounds.exclusiveMinimum ?? null,
    maximum: bounds.maximum ?? null,
    exclusiveMaximum: bounds.exclusiveMaximum ?? null,
    choices: setting.type === 'choice' ? setting.choices : [],
    own: false,
  }
}

/** Fields and sections that stand beside a path: what could have been meant. */
export function siblings(path: FieldPath): readonly string[] {
  const parent = path.split('.').slice(0, -1).join('.')
  const same = ALL.map((field) => field.path).filter((each) => parent !== '' && each.startsWith(`${parent}.`))
  return same.length > 0 ? same : ALL.map((field) => field.path)
}

/** What a field allows, in words: `a number greater than 0 and at most 1`. */
export function allowedText(field: FieldInfo): string {
  if (field.type === 'choice') return `one of ${field.choices.join(', ')}${field.own ? ', or own:NAME' : ''}`
  if (field.type === 'boolean') return 'true or false'
  if (field.type === 'text') return 'a text'
  const noun =
    field.type === 'integer' ? 'a whole number' : field.type === 'numbers' ? 'a list of numbers' : 'a number'
  const bounds: string[] = []
  if (field.exclusiveMinimum !== null) bounds.push(`greater than ${field.exclusiveMinimum}`)
  if (field.minimum !== null) bounds.push(`at least ${field.minimum}`)
  if (field.exclusiveMaximum !== null) bounds.push(`less than ${field.exclusiveMaximum}`)
  if (field.maximum !== null) bounds.push(`at most ${field.maximum}`)
  if (bounds.length === 0) return noun
  if (field.minimum !== null && field.maximum !== null)
    return `${noun} from ${field.minimum} to ${field.maximum}`
  return field.type === 'numbers'
    ? `${noun}, each ${bounds.join(' and ')}`
    : `${noun} ${bounds.join(' and ')}`
}

function collect(node: JsonNode, path: string): FieldInfo[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const childPath = path === '' ? name : `${path}.${name}`
    // The open record of a user's own settings: its fields are in `ownFields`.
    if (child.type === 'object' && !child.properties) return []
    return child.properties ? collect(child, childPath) : [describe(child, childPath)]
  })
}

function describe(node: JsonNode, path: string): FieldInfo {
  const bounds = node.items ?? node
  const names = node.enum ?? node.anyOf?.flatMap((each) => each.enum ?? []) ?? []
  const method = METHODS.get(path)
  const dot = path.indexOf('.')
  // Zod states the range of safe integers for every integer; that is no bound of the field's.
  const real = (bound: number | undefined) => (bound === undefined || !isBound(bound) ? null : bound)
  return {
    path,
    section: dot < 0 ? '' : path.slice(0, dot),
    title: node.title ?? path,
    help: node.description ?? '',
    type: names.length > 0 ? 'choice' : node.items ? 'numbers' : (TYPES[node.type ?? ''] ?? 'text'),
    default: node.default ?? '',
    minimum: real(bounds.minimum),
    exclusiveMinimum: real(bounds.exclusiveMinimum),
    maximum: real(bounds.maximum),
    exclusiveMaximum: real(bounds.exclusiveMaximum),
    // Those that were registered since are choices too; `none` and the like stand in the schema alone.
    get choices() {
      return method ? [...new Set([...names, ...methodNames(method)])] : names
    },
    own: node.anyOf !== undefined,
  }
}

const METHODS: ReadonlyMap<FieldPath, MethodKind> = new Map(
  METHOD_FIELDS.map(({ kind, path }) => [path, kind]),
)
const isBound = (bound: number) => Math.abs(bound) < Number.MAX_SAFE_INTEGER
const TYPES: Readonly<Record<string, FieldInfo['type']>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  string: 'text',
}
const ROOT: JsonNode = z.toJSONSchema(runSpecSchema, { io: 'input' }) as JsonNode
const ALL: readonly FieldInfo[] = collect(ROOT, '')
const BY_PATH: ReadonlyMap<FieldPath, FieldInfo> = new Map(ALL.map((field) => [field.path, field]))
