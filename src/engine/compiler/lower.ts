/** Layer graph → op graph: one model, one batch, one mode. */
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { Update } from '../program/types.ts'
import type { Value } from '../ops/ir.ts'
import { multiply, one, reshape } from '../ops/support/make.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { sameShape } from '../ops/support/shapes.ts'
import type { Builder } from '../program/builder.ts'
import { lowerLayer } from './layers/index.ts'
import type { LoweringContext } from './layers/types.ts'
import { locationsByVariable, variableShape } from '../program/layout.ts'
import type { ParameterLayout } from '../program/types.ts'

export interface LoweringOptions {
  readonly mode: 'train' | 'evaluate'
  /**
   * Whether dropout and stochastic depth draw (feeds `uniform:${layer}`); otherwise they are the identity.
   */
  readonly random: boolean
  /** Whether kernels that have a mask are computed with as w∘m; else masked weights are 0 by themselves. */
  readonly masks?: boolean
}

export interface LoweredModel {
  /** [batch · predictions, classes]: one row an example, or one a token of each, example by example. */
  readonly logits: Value
  /** Parameters that the graph uses, by their own name: the slice of a stack, or the variable itself. */
  readonly parameters: ReadonlyMap<string, Value>
  /** Whole variables that the graph reads, by name. */
  readonly variables: ReadonlyMap<string, Value>
  /** New running statistics (train mode). */
  readonly statistics: readonly Update[]
  readonly randomFeeds: readonly { readonly name: string; readonly size: number }[]
}

/** Lowers a model on a batch `x` [batch, …input]. Throws when x is not of the model's input shape. */
export function lowerModel(
  builder: Builder,
  graph: LayerGraph,
  layout: ParameterLayout,
  x: Value,
  options: LoweringOptions,
): LoweredModel {
  const parameters = new ParameterReader(builder, layout, options.masks ?? false)
  const statistics = new Map<string, Value>()
  const randomFeeds: { name: string; size: number }[] = []
  const values = new Map<string, Value>()
  const [batch, ...shape] = x.type.shape
  const input = graph.nodes[0]
  if (input.kind !== 'input' || !sameShape(input.shape, shape)) {
    throw new Error(
      `model ${graph.name} takes [${input.kind === 'input' ? input.shape : '?'}], got [${shape}]`,
    )
  }
  for (const node of graph.nodes) {
    let drawn = 0
    const context: LoweringContext = {
      builder,
      node,
      batch,
      mode: options.mode,
      inputs: node.kind === 'input' ? [x] : node.inputs.map((name) => valueOf(values, name)),
      parameter: (suffix) => parameters.read(`${node.name}.${suffix}`),
      parameterNamed: (name) => parameters.read(name),
      randomFeed(size) {
        if (!options.random) return null
        const name = `uniform:${node.name}${drawn === 0 ? '' : `:${drawn}`}`
        drawn++
        randomFeeds.push({ name, size })
        return builder.feed(name, [size])
      },
      updateStatistic: (suffix, value) => {
        statistics.set(`${node.name}.${suffix}`, value)
      },
    }
    values.set(node.name, lowerLayer(context, node))
  }
  const output = valueOf(values, graph.output)
  const { shape: given } = output.type
  if (given.length > 3 || given.at(-1) !== graph.classes) {
    throw new Error(
      `output ${graph.output} of ${graph.name} is [${given}], not [${batch},${graph.classes}] or ` +
        `[${batch},time,${graph.classes}]`,
    )
  }
  return {
    logits: reshape(builder, output, [sizeOf(given.slice(0, -1)), graph.classes]),
    parameters: parameters.slices,
    variables: parameters.variables,
    statistics: options.mode === 'train' ? statisticUpdates(builder, layout, parameters, statistics) : [],
    randomFeeds,
  }
}

function valueOf(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  if (!value) throw new Error(`layer ${name} is used before it is there`)
  return value
}

/** A variable times its mask, where it has one. */
export function readMasked(
  builder: Builder,
  layout: ParameterLayout,
  variable: string,
  shape: readonly number[],
): Value {
  const whole = builder.read(variable, shape)
  const mask = layout.maskOf.get(variable)
  return mask === undefined ? whole : multiply(builder, whole, builder.read(mask, shape))
}

/** Reads each variable once, and unpacks each stack once. */
class ParameterReader {
  readonly slices = new Map<string, Value>()
  readonly variables = new Map<string, Value>()
  readonly #builder: Builder
  readonly #layout: ParameterLayout
  readonly #masks: boolean
  readonly #locations: ReadonlyMap<string, ParameterLayout['locations'][number]>
  readonly #shapes: ReadonlyMap<string, number[]>

  constructor(builder: Builder, layout: ParameterLayout, masks: boolean) {
    this.#builder = builder
    this.#layout = layout
    this.#masks = masks
    this.#locations = new Map(layout.locations.map((location) => [location.parameter.name, location]))
    this.#shapes = new Map(
      [...locationsByVariable(layout)].map(([name, members]) => [name, variableShape(members)]),
    )
  }

  read(name: string): Value {
    const known = this.slices.get(name)
    if (known) return known
    const location = this.#locations.get(name)
    if (!location) throw new Error(`there is no parameter ${name}`)
    let whole = this.variables.get(location.variable)
    if (!whole) {
      const shape = this.#shapes.get(location.variable) ?? []
      whole = this.#masks
        ? readMasked(this.#builder, this.#layout, location.variable, shape)
        : this.#builder.read(location.variable, shape)
      this.variables.set(location.variable, whole)
    }
    const value = location.index === null ? whole : this.#builder.add('unstack', [whole])[location.index]
    this.slices.set(name, value)
    return value
  }
}

/** One assignment a variable; members of a stack that have no new value keep theirs. */
function statisticUpdates(
  builder: Builder,
  layout: ParameterLayout,
  parameters: ParameterReader,
  statistics: ReadonlyMap<string, Value>,
): Update[] {
  return [...locationsByVariable(layout)].flatMap(([variable, members]): Update[] => {
    if (!members.some(({ parameter }) => statistics.has(parameter.name))) return []
    const values = members.map(({ parameter: { name } }) => statistics.get(name) ?? parameters.read(name))
    const value = members[0].index === null ? values[0] : one(builder, 'stack', values)
    return [{ kind: 'assign', variable, value }]
  })
}
