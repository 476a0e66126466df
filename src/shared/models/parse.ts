/** Reads a model file: what comes in is unknown, what goes out has known layers with known fields. */
import { BenchError } from '../contract/errors.ts'
import { ACTIVATIONS } from '../graph/types.ts'
import { suggestion } from '../spec/nearest.ts'
import { valueText } from '../spec/parse.ts'
import { isRecord } from '../spec/paths.ts'
import { fieldsOf, LAYER_KINDS } from './layer-fields.ts'
import { MODEL_FORMAT, MODEL_VERSION } from './types.ts'
import type { LayerEntry, ModelDefinition, ModelEntry, ModelText, OwnSettings } from './types.ts'

const TOP = ['format', 'version', 'title', 'description', 'input', 'classes', 'settings', 'layers', 'output']
const NAME = /^[^\s$\p{Cc}][^\s\p{Cc}]{0,199}$/u
/** Blocks in blocks in blocks are a mistake of a program that writes the file. */
const DEEPEST = 16

const SETTINGS: Readonly<Record<keyof OwnSettings, readonly [(value: unknown) => boolean, string]>> = {
  width: [(value) => isCount(value) && Number(value) <= 4096, 'a whole number from 1 to 4096'],
  depth: [(value) => isCount(value) && Number(value) <= 1000, 'a whole number from 1 to 1000'],
  activation: [
    (value) => ACTIVATIONS.some((name) => name === value),
    `the name of an activation: ${ACTIVATIONS.join(', ')}`,
  ],
  dropout: [isRate, 'a number from 0 to below 1'],
  stochasticDepth: [isRate, 'a number from 0 to below 1'],
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1
}

function isRate(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < 1
}

function fail(message: string, where: string): never {
  throw new BenchError('bad-file', message, where)
}

function refuseUnknown(record: object, known: readonly string[], what: string, path: string): void {
  for (const key of Object.keys(record)) {
    if (known.includes(key)) continue
    const where = path === '' ? key : `${path}.${key}`
    fail(`${what} has no “${key}”.${suggestion(key, known)} Allowed: ${known.join(', ')}.`, where)
  }
}

/** Throws where a name cannot be one. `$` marks references. */
function nameAt(value: unknown, path: string): string {
  if (typeof value === 'string' && NAME.test(value)) return value
  return fail(
    `${path} is ${valueText(value)}; it must be a text without spaces that does not start with $.`,
    path,
  )
}

function inputsAt(value: unknown, what: string, path: string): readonly string[] | undefined {
  if (value === undefined) return undefined
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (
    list.length > 0 &&
    list.every((each) => each === '$in' || (typeof each === 'string' && NAME.test(each)))
  )
    return list as string[]
  return fail(
    `${what}: inputs is ${valueText(value)}; it must be the name of an earlier layer, or a list of them.`,
    path,
  )
}

function layer(entry: Readonly<Record<string, unknown>>, path: string): LayerEntry {
  const name = nameAt(entry.name, `${path}.name`)
  const kind = LAYER_KINDS.find((each) => each === entry.kind)
  if (!kind) {
    const given = entry.kind === 'input' ? 'the input is not listed among the layers' : valueText(entry.kind)
    return fail(
      `Layer “${name}”: kind is ${given}.${suggestion(String(entry.kind), LAYER_KINDS)} ` +
        `Known kinds: ${LAYER_KINDS.join(', ')}.`,
      `${path}.kind`,
    )
  }
  const what = `Layer “${name}” (${kind})`
  const fields = fieldsOf(kind)
  refuseUnknown(entry, ['name', 'kind', 'inputs', ...Object.keys(fields)], what, path)
  for (const [field, { default: standard, optional }] of Object.entries(fields)) {
    if (entry[field] === undefined && standard === undefined && !optional)
      fail(`${what} needs “${field}”.`, `${path}.${field}`)
  }
  const inputs = inputsAt(entry.inputs, what, `${path}.inputs`)
  const own = Object.keys(fields).flatMap((field) =>
    entry[field] === undefined ? [] : [[field, entry[field]] as const],
  )
  return { name, kind, ...(inputs ? { inputs } : {}), ...Object.fromEntries(own) }
}

function entries(value: unknown, path: string, depth: number): ModelEntry[] {
  if (!Array.isArray(value) || value.length === 0)
    return fail(`${path} is ${valueText(value)}; it must be a list of layers.`, path)
  if (depth > DEEPEST) return fail(`${path}: blocks lie in each other more than ${DEEPEST} deep.`, path)
  return value.map((entry: unknown, index): ModelEntry => {
    const at = `${path}.${index}`
    if (!isRecord(entry)) return fail(`${at} is ${valueText(entry)}; a layer is an object.`, at)
    if (!('repeat' in entry)) return layer(entry, at)
    const name = nameAt(entry.name, `${at}.name`)
    refuseUnknown(entry, ['repeat', 'name', 'layers'], `Block “${name}”`, at)
    const { repeat } = entry
    if (!isCount(repeat) && typeof repeat !== 'string') {
      return fail(
        `Block “${name}”: repeat is ${valueText(repeat)}; it must be a whole number from 1, or an ` +
          'expression such as "$depth".',
        `${at}.repeat`,
      )
    }
    return {
      repeat: repeat as number | string,
      name,
      layers: entries(entry.layers, `${at}.layers`, depth + 1),
    }
  })
}

function settingsAt(value: unknown): OwnSettings {
  if (value === undefined) return {}
  if (!isRecord(value)) return fail(`settings is ${valueText(value)}; it must be an object.`, 'settings')
  refuseUnknown(value, Object.keys(SETTINGS), 'settings', 'settings')
  for (const [name, [allows, allowed]] of Object.entries(SETTINGS)) {
    if (value[name] !== undefined && !allows(value[name]))
      fail(`settings.${name} is ${valueText(value[name])}; it must be ${allowed}.`, `settings.${name}`)
  }
  return value
}

/**
 * A model and what its file says about it. Throws BenchError('bad-file') that names the layer, what is wrong
 * with it and what is allowed. What only the shapes tell is found when it is built (expand.ts).
 */
export function parseModel(input: unknown): { definition: ModelDefinition; text: ModelText } {
  if (!isRecord(input)) return fail(`A model file is a JSON object, not ${valueText(input)}.`, 'model')
  if (input.format !== MODEL_FORMAT)
    fail(`format is ${valueText(input.format)}; it must be “${MODEL_FORMAT}”.`, 'format')
  if (input.version !== MODEL_VERSION)
    fail(`version is ${valueText(input.version)}; this program reads version ${MODEL_VERSION}.`, 'version')
  refuseUnknown(input, TOP, 'A model file', '')
  const { input: shape, classes } = input
  if (!Array.isArray(shape) || (shape.length !== 1 && shape.length !== 3) || !shape.every(isCount))
    fail(`input is ${valueText(shape)}; it must be [height, width, channels] or [features].`, 'input')
  if (!isCount(classes) || Number(classes) < 2)
    fail(`classes is ${valueText(classes)}; it must be a whole number from 2.`, 'classes')
  const texts = ['title', 'description'].map((name) => {
    const text = input[name] ?? ''
    return typeof text === 'string' && text.length <= 10_000 ? text : fail(`${name} must be a text.`, name)
  })
  const layers = entries(input.layers, 'layers', 1)
  const last = layers[layers.length - 1]
  if (input.output === undefined && 'repeat' in last)
    fail('output must be named where the model ends with a repeated block.', 'output')
  const output = input.output === undefined ? last.name : nameAt(input.output, 'output')
  return {
    definition: {
      input: shape as number[],
      classes: Number(classes),
      settings: settingsAt(input.settings),
      layers,
      output,
    },
    text: { title: texts[0], description: texts[1] },
  }
}
