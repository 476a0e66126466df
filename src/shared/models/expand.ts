/** From a model file to a layer graph: settings put in, blocks repeated, names made whole. */
import { BenchError } from '../contract/errors.ts'
import type { LayerGraph, LayerNode, LayerOp, Shape } from '../graph/types.ts'
import { validateGraph } from '../graph/validate.ts'
import { ownName } from '../spec/own.ts'
import { valueText } from '../spec/parse.ts'
import { modelSchema } from '../spec/schema.ts'
import type { RunSpec } from '../spec/schema.ts'
import { evaluateExpression, settingsIn } from './expression.ts'
import type { Scope } from './expression.ts'
import { resolveFields } from './resolve.ts'
import { isRepeat } from './types.ts'
import type { LayerEntry, ModelDefinition, ModelEntry, OwnSettings, RepeatEntry } from './types.ts'

type ModelSettings = RunSpec['model']

/** More layers than the deepest networks of the literature have; a repeat of a repeat reaches it fast. */
const MOST_LAYERS = 100_000

const STANDARD = modelSchema.parse({})
const SETTINGS = ['width', 'depth', 'activation', 'dropout', 'stochasticDepth'] as const

/** The settings of a model that a specification holds, at the model's own defaults. */
export function ownSettings(definition: ModelDefinition): Partial<ModelSettings> {
  return definition.settings satisfies OwnSettings
}

/** Throws where a specification sets what the model does not declare: it would change nothing. */
function refuseUnused({ settings }: ModelDefinition, model: ModelSettings): void {
  const declared = SETTINGS.filter((name) => settings[name] !== undefined)
  const refuse = (name: keyof ModelSettings, needs: string): never => {
    throw new BenchError(
      'bad-specification',
      `${model.name} declares no setting “${needs}”, so model.${name} cannot be ${valueText(model[name])}. ` +
        (declared.length > 0 ? `It declares ${declared.join(', ')}.` : 'It declares none.'),
      `model.${name}`,
    )
  }
  for (const name of SETTINGS) {
    if (settings[name] === undefined && model[name] !== STANDARD[name]) refuse(name, name)
  }
  if (settings.width === undefined && model.widthMultiplier !== 1) refuse('widthMultiplier', 'width')
  if (settings.depth === undefined && model.depthMultiplier !== 1) refuse('depthMultiplier', 'depth')
}

function scopeOf(definition: ModelDefinition, model: ModelSettings, classes: number): Scope {
  const { width, depth, ...other } = definition.settings
  const declared = Object.fromEntries(
    (Object.keys(other) as (keyof typeof other)[]).map((name) => [name, model[name]]),
  )
  return {
    classes,
    ...declared,
    ...(width === undefined ? {} : { width: model.width * model.widthMultiplier }),
    ...(depth === undefined ? {} : { depth: model.depth * model.depthMultiplier }),
  }
}

class Expansion {
  readonly nodes: LayerNode[] = []
  readonly #scope: Scope

  constructor(input: Shape, scope: Scope) {
    this.#scope = scope
    this.nodes.push({ kind: 'input', shape: input, name: 'input', inputs: [] })
  }

  /** Adds entries; `prefix` names the block, `local` what its layers are called inside it. */
  add(entries: readonly ModelEntry[], path: string, prefix: string, before: string): void {
    const local = new Map<string, string>([['$in', before]])
    let last = before
    for (const [index, entry] of entries.entries()) {
      const at = `${path}.${index}`
      if (isRepeat(entry)) this.#repeat(entry, at, prefix, last)
      else this.#layer(entry, at, prefix, last, local)
      last = this.nodes[this.nodes.length - 1].name
      local.set(entry.name, last)
    }
  }

  #layer(entry: LayerEntry, path: string, prefix: string, last: string, local: Map<string, string>): void {
    const name = `${prefix}${entry.name}`
    const inputs = (entry.inputs ?? [last]).map((input) => local.get(input) ?? input)
    const fields = resolveFields({ ...entry, name }, path, this.#scope)
    if (typeof fields.tied === 'string') fields.tied = local.get(fields.tied) ?? fields.tied
    // The fields of a kind are those of its layer op (layer-fields.ts), each of its type (resolve.ts).
    const op = { kind: entry.kind, ...fields } as LayerOp
    this.nodes.push({ ...op, name, inputs })
    if (this.nodes.length > MOST_LAYERS) {
      throw new BenchError('bad-file', `The model has more than ${MOST_LAYERS} layers.`, path)
    }
  }

  #repeat({ repeat, name, layers }: RepeatEntry, path: string, prefix: string, before: string): void {
    const value = typeof repeat === 'number' ? repeat : evaluateExpression(repeat, this.#scope)
    if (typeof value === 'string') {
      throw new BenchError(
        'bad-file',
        `Block “${prefix}${name}”: repeat is “${repeat}”, but ${value}.`,
        `${path}.repeat`,
      )
    }
    let last = before
    for (let k = 1; k <= Math.max(1, Math.round(value)); k++) {
      this.add(layers, `${path}.layers`, `${prefix}${name}${k}.`, last)
      last = this.nodes[this.nodes.length - 1].name
    }
  }
}

/**
 * The layer graph of an own model for inputs of a shape. `model.name` names it in messages. Throws
 * BenchError: 'bad-file' where a layer's field has no such value, 'bad-specification' for a setting that the
 * model does not declare and for layers that do not fit together (graph/validate.ts).
 */
export function expandModel(
  definition: ModelDefinition,
  model: ModelSettings,
  input: Shape,
  classes: number,
): LayerGraph {
  refuseUnused(definition, model)
  const expansion = new Expansion(input, scopeOf(definition, model, classes))
  expansion.add(definition.layers, 'layers', '', 'input')
  const { nodes } = expansion
  const graph: LayerGraph = { name: model.name, nodes, output: definition.output, classes }
  validateGraph(graph)
  return graph
}

/**
 * Builds the model at its own settings, input and classes: what does not fit is told when it is brought in.
 * Throws as `expandModel`, and BenchError('bad-file') for a setting that no layer refers to.
 */
export function checkModel(definition: ModelDefinition, name: string): LayerGraph {
  const used = usedSettings(definition)
  const idle = Object.keys(definition.settings).filter((setting) => !used.has(setting))
  if (idle.length > 0) {
    throw new BenchError(
      'bad-file',
      `No layer refers to the setting ${idle.map((each) => `“${each}” (as "$${each}")`).join(', ')}.`,
      `settings.${idle[0]}`,
    )
  }
  const model = { ...STANDARD, ...definition.settings, name: ownName(name) }
  return expandModel(definition, model, definition.input, definition.classes)
}

function usedSettings(definition: ModelDefinition): ReadonlySet<string> {
  const found = new Set<string>()
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      if (value === '$activation') found.add('activation')
      for (const name of settingsIn(value)) found.add(name)
    } else if (Array.isArray(value)) value.forEach(look)
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look)
  }
  look(definition.layers)
  return found
}
