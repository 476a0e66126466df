/**
 * The fields of the specification as a list, derived from its schema: for the form, the command line and
 * messages.
 */
import { z } from 'zod'
import { BenchError } from '../contract/errors.ts'
import { suggestion } from './nearest.ts'
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

/** Every field once, in the order of the schema. */
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
  const field = BY_PATH.get(path)
  if (field) return field
  const paths = [...BY_PATH.keys()]
  throw new BenchError(
    'bad-specification',
    `There is no field “${path}”.${suggestion(path, paths)} Fields: ${siblings(path).join(', ')}.`,
    path,
  )
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
    return child.properties ? collect(child, childPath) : [describe(child, childPath)]
  })
}

function describe(node: JsonNode, path: string): FieldInfo {
  const bounds = node.items ?? node
  const choices = node.enum ?? node.anyOf?.flatMap((each) => each.enum ?? [])
  const dot = path.indexOf('.')
  // Zod states the range of safe integers for every integer; that is no bound of the field's.
  const real = (bound: number | undefined) => (bound === undefined || !isBound(bound) ? null : bound)
  return {
    path,
    section: dot < 0 ? '' : path.slice(0, dot),
    title: node.title ?? path,
    help: node.description ?? '',
    type: choices ? 'choice' : node.items ? 'numbers' : (TYPES[node.type ?? ''] ?? 'text'),
    default: node.default ?? '',
    minimum: real(bounds.minimum),
    exclusiveMinimum: real(bounds.exclusiveMinimum),
    maximum: real(bounds.maximum),
    exclusiveMaximum: real(bounds.exclusiveMaximum),
    choices: choices ?? [],
    own: node.anyOf !== undefined,
  }
}

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
