/** A model described by options: name, size, input and classes, or the data set that gives them. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { identifyData } from '../engine/index.ts'
import { ACTIVATIONS } from '../shared/graph/types.ts'
import type { LayerGraph } from '../shared/graph/types.ts'
import type { OwnModelRow } from '../shared/contract/own-models.ts'
import { OWN_FILES } from '../shared/spec/data-schema.ts'
import { inputOf, usualData } from '../shared/spec/data-shapes.ts'
import { isOwn } from '../shared/spec/own.ts'
import { parseSpec } from '../shared/spec/parse.ts'
import { parseSetting, setField } from '../shared/spec/paths.ts'
import { methodNames } from '../shared/methods/registry.ts'
import { DATA_NAMES, MODEL_NAMES, MODEL_VARIANTS } from '../shared/spec/schema.ts'
import type { RunSpec } from '../shared/spec/schema.ts'
import { buildNetwork } from '../shared/zoo/index.ts'
import { methodOption, numberIn, parseSides } from './options.ts'
import type { Session } from './session.ts'

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

/** A family of the zoo, or an own model. */
export function parseModelName(name: string): string {
  if (MODEL_NAMES.some((each) => each === name) || isOwn(name)) return name
  throw new InvalidArgumentError(`Allowed choices are ${MODEL_NAMES.join(', ')}, and own:NAME.`)
}

/** `--model NAME` */
export function modelOption(): Option {
  return new Option('--model <name>', 'a family, or own:NAME').argParser(parseModelName).default('mlp')
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
    .addOption(methodOption('--distribution <name>', 'density distribution', methodNames('distribution')))
    .addOption(methodOption('--scheme <name>', 'weight scheme', methodNames('scheme')))
}

/** An own model of the session's home; null for a name that is none, which is told when it is completed. */
async function ownModel(session: Session, name: string): Promise<OwnModelRow | null> {
  const models = await session.reader().call('models/list', {})
  return models.find((each) => each.name === name) ?? null
}

/**
 * The specification and the layer graph that a model's name and options mean; own models are those of the
 * session's home. @throws BenchError where they do not fit.
 */
export async function modelFrom(
  session: Session,
  name: string,
  options: ModelOptions,
): Promise<{ spec: RunSpec; graph: LayerGraph }> {
  // The home's own methods have fields of their own.
  if ([options.scheme, options.distribution].some((each) => each && isOwn(each))) session.reader()
  const { density, distribution = (density ?? 1) < 1 ? 'erk' : undefined } = options
  const own = isOwn(name) ? await ownModel(session, name) : null
  const fields: readonly (readonly [string, unknown])[] = [
    ['model.name', name],
    ['model.depth', options.depth],
    ['model.width', options.width],
    ['model.activation', options.activation],
    ['model.variant', options.variant],
    ['data.name', options.data ?? own?.data ?? usualData(name)],
    ['sparsity.density', density],
    ['sparsity.distribution', distribution],
    ['initialization.scheme', options.scheme],
    ...options.set.map(parseSetting).map(({ path, value }) => [path, value] as const),
  ]
  const given = fields.reduce<Record<string, unknown>>(
    (at, [path, value]) => (value === undefined ? at : setField(at, path, value as string | number)),
    {},
  )
  const spec = parseSpec(
    isOwn(name) ? await session.reader().call('models/complete', { spec: given }) : given,
  )
  const data =
    OWN_FILES.includes(spec.data.name) && spec.data.path !== '' ? await identifyData(spec.data) : null
  // Where no data set is named, an own model is shown for what it was made for.
  const shape = data ? { input: data.shape, classes: data.classes } : options.data === undefined ? own : null
  const { input, classes } = inputOf(spec.data, {
    input: options.input ?? shape?.input,
    classes: options.classes ?? shape?.classes,
  })
  return { spec, graph: buildNetwork(spec, input, classes) }
}
