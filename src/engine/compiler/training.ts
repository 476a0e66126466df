/** Layer graph → the program that trains it: functions train, evaluate, logits and denseGradients. */
import { predictionsOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph, Shape } from '../../shared/graph/types.ts'
import { weightDecayOf } from '../../shared/methods/optimizers/decay.ts'
import { optimizerOf } from '../../shared/methods/optimizers/index.ts'
import type { OptimizerUpdate, ProgramFunction, Update, VariableSpec } from '../program/types.ts'
import type { Value } from '../ops/ir.ts'
import { add, filled, mean, multiply, one, scalar, sum } from '../ops/support/make.ts'
import { Builder } from '../program/builder.ts'
import { gradients } from './gradient.ts'
import { layoutOf, layoutVariables, locationsByVariable } from '../program/layout.ts'
import { byExample, losses, rightAnswers } from './loss.ts'
import type { Targets } from './loss.ts'
import { lowerModel, readMasked } from './lower.ts'
import type { LoweredModel } from './lower.ts'
import type { ParameterLayout, TrainingLoss, TrainingOptions, TrainingProgram } from '../program/types.ts'

/**
 * Compiles a model for training, as documented at TrainingProgram. Gradients are masked before weight decay
 * and momentum, and masked weights start at 0, so that they stay exactly 0.
 */
export function compileTraining(graph: LayerGraph, options: TrainingOptions): TrainingProgram {
  const layout = layoutOf(graph, options.masked ?? true)
  const variables = layoutVariables(layout)
  const evaluationBatch = options.evaluationBatchSize ?? options.batchSize
  const train = trainFunction(graph, layout, variables, options)
  const masks = options.forwardMask !== undefined
  const functions = [
    train.definition,
    evaluateFunction(graph, layout, evaluationBatch, masks, options.loss),
    logitsFunction(graph, layout, evaluationBatch, masks),
  ]
  if (options.denseGradients) functions.push(denseGradientsFunction(graph, layout, options))
  return {
    graph,
    layout,
    program: {
      variables: [...variables, ...backwardMasks(layout, variables, options), ...train.slots],
      functions,
      training: { graph, layout, options },
    },
    randomFeeds: train.randomFeeds,
  }
}

/** The model's input shape, without the batch. Throws when the first layer is no input. */
export function inputShape(graph: LayerGraph): Shape {
  const [first] = graph.nodes
  if (first.kind !== 'input') throw new Error(`the first layer of ${graph.name} is ${first.kind}, not input`)
  return first.shape
}

function batchFeeds(builder: Builder, graph: LayerGraph, batch: number): { x: Value; y: Value } {
  const labels = batch * predictionsOf(graph)
  return { x: builder.feed('x', [batch, ...inputShape(graph)]), y: builder.feed('y', [labels], 'int') }
}

/** Feeds of the second labels and the shares of mixed examples. */
function mixedFeeds(builder: Builder, batch: number): Targets['mixed'] {
  return {
    others: builder.feed('otherY', [batch], 'int'),
    shares: builder.feed('shares', [batch]),
    otherShares: builder.feed('otherShares', [batch]),
  }
}

/** The model on a training batch, and its mean loss. */
function trainingLoss(
  builder: Builder,
  graph: LayerGraph,
  layout: ParameterLayout,
  options: TrainingOptions,
): { model: LoweredModel; loss: Value; y: Value } {
  const { batchSize, loss: kind = 'cross-entropy', labelSmoothing } = options
  const { x, y } = batchFeeds(builder, graph, batchSize)
  const mixed = options.mixed ? mixedFeeds(builder, batchSize) : undefined
  const masks = options.forwardMask !== undefined
  const model = lowerModel(builder, graph, layout, x, { mode: 'train', random: true, masks })
  const each = losses(builder, kind, model.logits, { labels: y, mixed }, labelSmoothing)
  return { model, loss: mean(builder, each), y }
}

function trainFunction(
  graph: LayerGraph,
  layout: ParameterLayout,
  variables: readonly VariableSpec[],
  options: TrainingOptions,
): { definition: ProgramFunction; slots: VariableSpec[]; randomFeeds: LoweredModel['randomFeeds'] } {
  const builder = new Builder()
  const { model, loss, y } = trainingLoss(builder, graph, layout, options)
  const trained = variables.filter(({ role }) => role === 'parameter')
  const parts = gradients(
    builder,
    [loss],
    [scalar(builder, 1)],
    trained.map(({ name, type }) =>
      options.forwardMask ? readMasked(builder, layout, name, type.shape) : builder.read(name, type.shape),
    ),
  )
  const updateOf = updateMaker(builder, layout, options)
  const slots: VariableSpec[] = []
  const updates: Update[] = [...model.statistics]
  trained.forEach((variable, i) => {
    const gradient = parts[i]
    if (gradient === null) return
    const update = updateOf(variable, pulled(builder, layout, options, variable, gradient))
    updates.push(update)
    for (const name of Object.values(update.slots))
      slots.push({ name, type: variable.type, role: 'slot', of: variable.name })
  })
  const definition = builder.finish(
    'train',
    [
      { name: 'loss', value: loss },
      {
        name: 'correct',
        value: sum(builder, byExample(builder, rightAnswers(builder, model.logits, y), options.batchSize)),
      },
    ],
    updates,
  )
  return { definition, slots, randomFeeds: model.randomFeeds }
}

const backwardName = (variable: string): string => `backward:${variable}`

/** The masks of the weights that are updated, where they are not those of the forward pass. */
function backwardMasks(
  layout: ParameterLayout,
  variables: readonly VariableSpec[],
  { forwardMask }: TrainingOptions,
): VariableSpec[] {
  if (!forwardMask?.backward) return []
  return variables.flatMap(({ name, type }): VariableSpec[] =>
    layout.maskOf.has(name) ? [{ name: backwardName(name), type, role: 'mask', of: name }] : [],
  )
}

/** The mask that an optimizer takes the gradient of a variable by. */
function updateMask(layout: ParameterLayout, { forwardMask }: TrainingOptions, name: string): string | null {
  const mask = layout.maskOf.get(name)
  if (mask === undefined || !forwardMask) return mask ?? null
  return forwardMask.backward ? backwardName(name) : null
}

const decayOf = (layout: ParameterLayout, options: TrainingOptions, name: string): number =>
  options.forwardMask && !options.forwardMask.decays && layout.maskOf.has(name) ? 0 : options.weightDecay

/** The gradient with what ForwardMask adds to it: (others + (kept − others)·m)·p′(w). */
function pulled(
  builder: Builder,
  layout: ParameterLayout,
  { forwardMask }: TrainingOptions,
  { name, type: { shape } }: VariableSpec,
  gradient: Value,
): Value {
  const mask = layout.maskOf.get(name)
  if (!forwardMask || mask === undefined) return gradient
  const { kept, others, norm } = forwardMask
  if (kept === 0 && others === 0) return gradient
  const weights = builder.read(name, shape)
  const slope = norm === 'l1' ? one(builder, 'sign', [weights]) : weights
  const on = multiply(builder, builder.read(mask, shape), filled(builder, shape, kept - others))
  return add(builder, gradient, multiply(builder, add(builder, on, filled(builder, shape, others)), slope))
}

type MakeUpdate = (variable: VariableSpec, gradient: Value) => OptimizerUpdate

function updateMaker(builder: Builder, layout: ParameterLayout, options: TrainingOptions): MakeUpdate {
  const descriptor = optimizerOf(options.optimizer)
  const constants = { ...descriptor.constants, ...options.constants }
  const names = ['rate', ...Object.keys(descriptor.scalars(constants, 0))]
  const scalars = Object.fromEntries(names.map((name) => [name, builder.feed(name, [])]))
  const places = locationsByVariable(layout)
  const { momentum, nesterov } = options
  return ({ name: variable }, gradient) => {
    const [{ parameter, index }] = places.get(variable) ?? []
    const decay = decayOf(layout, options, variable)
    const weightDecay = weightDecayOf(parameter.role, decay, options.weightDecayOn)
    return {
      kind: 'optimizer',
      optimizer: options.optimizer,
      variable,
      stacked: index !== null,
      slots: Object.fromEntries(descriptor.slots(options).map((slot) => [slot, `${slot}:${variable}`])),
      mask: updateMask(layout, options, variable),
      gradient,
      scalars,
      settings: { momentum, nesterov, weightDecay },
      constants,
    }
  }
}

function evaluateFunction(
  graph: LayerGraph,
  layout: ParameterLayout,
  batch: number,
  masks: boolean,
  kind: TrainingLoss = 'cross-entropy',
): ProgramFunction {
  const builder = new Builder()
  const { x, y } = batchFeeds(builder, graph, batch)
  const weights = builder.feed('weights', [batch])
  const { logits } = lowerModel(builder, graph, layout, x, { mode: 'evaluate', random: false, masks })
  const weighted = (values: Value): Value =>
    sum(builder, multiply(builder, weights, byExample(builder, values, batch)))
  return builder.finish('evaluate', [
    { name: 'loss', value: weighted(losses(builder, kind, logits, { labels: y })) },
    { name: 'correct', value: weighted(rightAnswers(builder, logits, y)) },
  ])
}

function logitsFunction(
  graph: LayerGraph,
  layout: ParameterLayout,
  batch: number,
  masks: boolean,
): ProgramFunction {
  const builder = new Builder()
  const x = builder.feed('x', [batch, ...inputShape(graph)])
  const { logits } = lowerModel(builder, graph, layout, x, { mode: 'evaluate', random: false, masks })
  return builder.finish('logits', [{ name: 'logits', value: logits }])
}

/** The maskable kernels that a model uses, by name. */
export function maskableKernels(layout: ParameterLayout, model: LoweredModel): Map<string, Value> {
  return new Map(
    layout.locations.flatMap(({ parameter: { name, maskable } }): [string, Value][] => {
      const value = maskable ? model.parameters.get(name) : undefined
      return value ? [[name, value]] : []
    }),
  )
}

/** Differentiates with respect to the slices of stacks, so that nothing is packed only to be unpacked. */
function denseGradientsFunction(
  graph: LayerGraph,
  layout: ParameterLayout,
  options: TrainingOptions,
): ProgramFunction {
  const builder = new Builder()
  const { model, loss } = trainingLoss(builder, graph, layout, options)
  const kernels = maskableKernels(layout, model)
  const parts = gradients(builder, [loss], [scalar(builder, 1)], [...kernels.values()])
  return builder.finish(
    'denseGradients',
    [...kernels].map(([name, { type }], i) => ({ name, value: parts[i] ?? filled(builder, type.shape, 0) })),
  )
}
