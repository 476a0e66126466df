/** A model described by options: name, size, input and classes, or the data set that gives them. */
import { Option } from 'commander'
import type { Command } from 'commander'
import { identifyData } from '../engine/data/identify.ts'
import { ACTIVATIONS } from '../shared/graph/types.ts'
import type { LayerGraph } from '../shared/graph/types.ts'
import { inputOf, usualData } from '../shared/spec/data-shapes.ts'
import { parseSpec } from '../shared/spec/parse.ts'
import { parseSetting, setField } from '../shared/spec/paths.ts'
import { DATA_NAMES, DISTRIBUTIONS, MODEL_VARIANTS, SCHEMES } from '../shared/spec/schema.ts'
import type { RunSpec } from '../shared/spec/schema.ts'
import { buildModel } from '../shared/zoo/index.ts'
import { numberIn, parseSides } from './options.ts'

export interface ModelOptions {
  readonly set: string[]
  readonly data?: string
  readonly classes?: number
  readonly input?: number[]
  readonly depth?: number
  readonly width?: number
  readonly activation?: string
  readonly variant?: string
  readonly distribution?: string
  readonly density?: number
  readonly scheme?: string
}

/** Adds the options that say which model, of what size, on what input. */
export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--depth <n>',
      'hidden layers, convolutions, or the number in the name',
      numberIn(1, 1000, { integer: true }),
    )
    .option('--width <n>', 'units or channels of a layer', numberIn(1, 4096, { integer: true }))
    .addOption(new Option('--activation <name>').choices(ACTIVATIONS))
    .addOption(new Option('--variant <name>').choices(MODEL_VARIANTS))
    .option(
      '--set <path=value>',
      'any field of the specification, e.g. model.widthMultiplier=0.5; may be repeated',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .addOption(new Option('--data <name>', 'the data set that gives input and classes').choices(DATA_NAMES))
    .option('--input <HxWxC>', 'shape of the input', parseSides)
    .option('--classes <n>', 'number of classes', numberIn(2, 1e6, { integer: true }))
    .addOption(new Option('--distribution <name>', 'density distribution').choices(DISTRIBUTIONS))
    .addOption(new Option('--scheme <name>', 'weight scheme').choices(SCHEMES))
}

/**
 * The specification and the layer graph that a model's name and options mean. @throws BenchError where they
 * do not fit.
 */
export async function modelFrom(
  name: string,
  options: ModelOptions,
): Promise<{ spec: RunSpec; graph: LayerGraph }> {
  const { density, distribution = (density ?? 1) < 1 ? 'erk' : undefined } = options
  const fields: readonly (readonly [string, unknown])[] = [
    ['model.name', name],
    ['model.depth', options.depth],
    ['model.width', options.width],
    ['model.activation', options.activation],
    ['model.variant', options.variant],
    ['data.name', options.data ?? usualData(name)],
    ['sparsity.density', density],
    ['sparsity.distribution', distribution],
    ['initialization.scheme', options.scheme],
    ...options.set.map(parseSetting).map(({ path, value }) => [path, value] as const),
  ]
  const given = fields.reduce<Record<string, unknown>>(
    (at, [path, value]) => (value === undefined ? at : setField(at, path, value as string | number)),
    {},
  )
  const spec = parseSpec(given)
  const own = spec.data.name === 'file' ? await identifyData(spec.data) : null
  const shape = own ? { input: options.input ?? own.shape, classes: options.classes ?? own.classes } : options
  const { input, classes } = inputOf(spec.data, shape)
  return { spec, graph: buildModel(spec.model, input, classes) }
}
