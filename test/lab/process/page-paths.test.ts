// Every method that there is, asked by the page with a path in every text that it takes: the lab neither
// looks at the path nor tells whether something lies there.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { CALLS } from '../../../src/shared/contract/calls/index.ts'
import { namedPaths } from '../../../src/shared/contract/named-paths.ts'
import { runSpecSchema } from '../../../src/shared/spec/schema.ts'
import type { Lab } from '../../../src/lab/lab.ts'
import { fakeLab, temporaryFolder } from '../support.ts'

const NAME = 'canary'
/** Texts that name something of the home or are shown: whoever adds one says here that it is no path. */
const NO_PATHS = [
  ...['study', 'id', 'name', 'job', 'layer', 'label', 'note', 'words', 'value', 'column', 'reference'],
  ...['metric', 'address', 'tags', 'addTags', 'removeTags', 'groupBy', 'rows', 'columns', 'fields', 'only'],
  ...['sha256', 'code', 'row', 'sort', 'filters', 'baseline', 'hide', 'facet', 'list', 'text', 'base64'],
]

interface Shape {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly prefixItems?: readonly Shape[]
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly additionalProperties?: Shape | boolean
}

const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Shape
const variants = (shape: Shape): readonly Shape[] => shape.anyOf ?? shape.oneOf ?? []

/** Texts of a shape that may be anything: where they stand. */
function texts(shape: Shape, at = ''): readonly string[] {
  if (variants(shape).length > 0) return variants(shape).flatMap((each) => texts(each, at))
  if (shape.properties)
    return Object.entries(shape.properties).flatMap(([key, each]) => texts(each, at ? `${at}.${key}` : key))
  if (shape.items) return texts(shape.items, at)
  if (typeof shape.additionalProperties === 'object') return texts(shape.additionalProperties, at)
  return shape.type === 'string' && !shape.enum && !shape.pattern && shape.const === undefined ? [at] : []
}

/** Values of a shape with `text` wherever it may stand; `any` where the shape says nothing. */
function values(shape: Shape, text: string, any: readonly unknown[]): readonly unknown[] {
  if (shape.const !== undefined) return [shape.const]
  if (shape.enum) return [shape.enum[0]]
  if (variants(shape).length > 0) return variants(shape).flatMap((each) => values(each, text, any))
  switch (shape.type) {
    case 'object': {
      const choices = Object.entries(shape.properties ?? {}).map(
        ([key, each]) => [key, values(each, text, any)] as const,
      )
      // Every choice of every field once, not all combinations.
      const most = Math.max(1, ...choices.map(([, choice]) => choice.length))
      const made = Array.from({ length: most }, (_, turn) =>
        Object.fromEntries(choices.map(([key, choice]) => [key, choice[turn % choice.length]])),
      )
      if (typeof shape.additionalProperties !== 'object') return made
      const open = shape.additionalProperties.type ? values(shape.additionalProperties, text, any) : any
      return open.map((value) => (isRecord(value) ? value : { [text]: value }))
    }
    case 'array':
      if (shape.prefixItems) return [shape.prefixItems.map((each) => values(each, text, any)[0])]
      return [
        Array.from({ length: Math.max(1, shape.minItems ?? 0) }, () =>
          values(shape.items ?? {}, text, any),
        ).map(([value]) => value),
      ]
    case 'string':
      return [shape.pattern?.includes('\\.') ? 'test.accuracy' : shape.pattern ? 'x' : text]
    case 'integer':
    case 'number':
      return [Math.max(1, shape.minimum ?? 1)]
    case 'boolean':
      return [true]
    case 'null':
      return [null]
    default:
      return any
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A specification with `text` in one place. */
function specWith(place: string, text: string): Record<string, unknown> {
  return place.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), text) as Record<
    string,
    unknown
  >
}

const PLACES = texts(shapeOf(runSpecSchema))

/** What stands for a study, a specification, or fields that are set: a text in each place that takes one. */
function openValues(text: string): readonly unknown[] {
  return PLACES.flatMap((place) => {
    const spec = specWith(place, text)
    const point = { label: text, set: { [place]: text } }
    const study = { id: 'asked', title: text, description: text, source: text }
    return [
      spec,
      { [place]: text },
      { ...study, base: spec },
      { ...study, axes: [{ name: 'Case', points: [point] }] },
    ]
  })
}

// Whoever looks at a file does it by one of these; the lab under test runs in this thread.
const asked: string[] = []
const kept = new Map<string, unknown>()
const watched = Object.entries(fs).filter(
  ([name, value]) =>
    typeof value === 'function' && !/^[A-Z_]|^(close|fsync|ftruncate|fstat|read|write)(Sync)?$/.test(name),
)
beforeAll(() => {
  for (const [name, value] of watched) {
    const original = value as (...given: unknown[]) => unknown
    kept.set(name, original)
    const spy = function (this: unknown, ...given: unknown[]): unknown {
      for (const each of given.slice(0, 2))
        if (String(each).includes(NAME)) asked.push(`${name} ${String(each)}`)
      return Reflect.apply(original, this, given)
    }
    Object.assign(fs, { [name]: Object.assign(spy, original) })
  }
  syncBuiltinESMExports()
})
afterAll(() => {
  Object.assign(fs, Object.fromEntries(kept))
  syncBuiltinESMExports()
})

/** What names no path passes and is measured, which takes long; others read the same. */
const MEASURES = 'studies/estimate'
/** They take no text but the name of a job, and measure for long. */
const SLOW = ['laboratory/timing', 'theory/measure']

it('knows of every text that the page may send whether it is a path', () => {
  expect(PLACES).toContain('data.path')
  for (const [method, { page, input, files }] of Object.entries(CALLS)) {
    if (!page) continue
    for (const place of texts(shapeOf(input))) {
      const field = place.split('.').at(-1) ?? ''
      const path = namedPaths({ [field]: '/x' }).length > 0
      expect(path || NO_PATHS.includes(field), `${method}: is ${place} a path?`).toBe(true)
    }
    for (const field of Object.keys(files)) expect(namedPaths({ [field]: '/x' }), method).toEqual(['/x'])
  }
})

/** What the page hears: that it was done, or why not. */
async function tell(lab: Lab, method: string, input: unknown): Promise<string> {
  try {
    await lab.requestOfPage(method, input)
    return 'done'
  } catch (error) {
    return String(error)
  }
}

it('neither looks at a path that nobody chose nor tells whether it is there', async () => {
  const folder = temporaryFolder()
  const lab = fakeLab({ start: 'none', home: join(folder, 'home') })
  for (const [method, { input: schema, page }] of Object.entries(CALLS)) {
    if (SLOW.includes(method)) continue
    const shape = shapeOf(schema)
    for (const path of [join(folder, NAME), `../../${NAME}`])
      for (const input of values(shape, path, openValues(path))) {
        const about = `${method} ${JSON.stringify(input)}`
        // What takes no text cannot be told a path.
        if (page && !about.includes(NAME)) continue
        if (method === MEASURES && namedPaths(input).length === 0) continue
        fs.rmSync(join(folder, NAME), { recursive: true, force: true })
        asked.length = 0
        const without = await tell(lab, method, input)
        expect(asked, about).toEqual([])
        fs.mkdirSync(join(folder, NAME))
        const there = await tell(lab, method, input)
        if (there !== without) {
          // Once done, some are not done again: that has nothing to do with the path.
          fs.rmSync(join(folder, NAME), { recursive: true })
          expect(there, about).toBe(await tell(lab, method, input))
        }
        if (!page) expect(without, about).toContain('is not for the page')
        else if (namedPaths(input).length > 0) expect(without, about).toContain('chosen in a dialog')
      }
  }
  fs.rmSync(join(folder, NAME), { recursive: true, force: true })
  expect(fs.readdirSync(folder)).toEqual(['home'])
})
