/**
 * Programs that pruning scores are made of: gradients of a loss, exact Hessian-vector products, and SynFlow's
 * flow. Variables are the model's own (layout.ts, without masks); masked weights are written as 0.
 */
import { predictionsOf } from '../../shared/graph/shapes.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { Program, ProgramFunction } from '../program/types.ts'
import type { Value } from '../ops/ir.ts'
import { add, divide, filled, mean, multiply, one, scalar, sum } from '../ops/support/make.ts'
import { Builder } from '../program/builder.ts'
import type { NamedValue } from '../program/builder.ts'
import { gradients } from './gradient.ts'
import { layoutOf, layoutVariables } from '../program/layout.ts'
import { crossEntropies, negativeLogit } from './loss.ts'
import { lowerModel } from './lower.ts'
import { inputShape, maskableKernels } from './training.ts'
import type { ParameterLayout } from '../program/types.ts'

export const SCORE_LOSSES = ['cross-entropy', 'negative-logit'] as const
export type ScoreLoss = (typeof SCORE_LOSSES)[number]
export const FLOW_OUTPUTS = ['logits', 'log-softmax'] as const
export type FlowOutput = (typeof FLOW_OUTPUTS)[number]

/** A program over a model's variables, and the layout to write them by. */
export interface ScoreProgram {
  readonly layout: ParameterLayout
  readonly program: Program
}

interface Loss {
  readonly builder: Builder
  readonly value: Value
  readonly kernels: ReadonlyMap<string, Value>
}

/**
 * Batch statistics, no dropout, mean over the batch. All functions feed `x`, `y` and `temperature` [], which
 * divides the logits. `cross-entropy` and `negative-logit` output the gradient of each maskable kernel under
 * its name; `hessianProduct` also feeds `vector:${kernel}` and outputs H·v of the cross entropy, restricted
 * to the kernels.
 */
export function compileScores(graph: LayerGraph, batchSize: number): ScoreProgram {
  const layout = layoutOf(graph, false)
  const functions = [
    ...SCORE_LOSSES.map((name) => gradientFunction(name, scoreLoss(graph, layout, batchSize, name))),
    hessianFunction(scoreLoss(graph, layout, batchSize, 'cross-entropy')),
  ]
  return { layout, program: { variables: layoutVariables(layout), functions } }
}

function scoreLoss(graph: LayerGraph, layout: ParameterLayout, batch: number, kind: ScoreLoss): Loss {
  const builder = new Builder()
  const x = builder.feed('x', [batch, ...inputShape(graph)])
  const y = builder.feed('y', [batch * predictionsOf(graph)], 'int')
  const temperature = builder.feed('temperature', [])
  const model = lowerModel(builder, graph, layout, x, { mode: 'train', random: false })
  const logits = divide(builder, model.logits, temperature)
  const value =
    kind === 'cross-entropy'
      ? mean(builder, crossEntropies(builder, logits, y))
      : negativeLogit(builder, logits, y)
  return { builder, value, kernels: maskableKernels(layout, model) }
}

function gradientFunction(name: string, { builder, value, kernels }: Loss): ProgramFunction {
  return builder.finish(name, gradientOutputs(builder, value, kernels))
}

/** ∂value/∂kernel under each kernel's name; zeros where value does not depend on it. */
function gradientOutputs(builder: Builder, value: Value, kernels: ReadonlyMap<string, Value>): NamedValue[] {
  const parts = gradients(builder, [value], [scalar(builder, 1)], [...kernels.values()])
  return [...kernels].map(([name, { type }], i) => ({
    name,
    value: parts[i] ?? filled(builder, type.shape, 0),
  }))
}

/** H·v = ∂⟨g, v⟩/∂w, by differentiating the gradient (Pearlmutter 1994 in reverse over reverse). */
function hessianFunction({ builder, value, kernels }: Loss): ProgramFunction {
  const first = gradientOutputs(builder, value, kernels)
  const inner = first.map(({ name, value: gradient }) =>
    sum(builder, multiply(builder, gradient, builder.feed(`vector:${name}`, gradient.type.shape))),
  )
  const total = inner.reduce((left, right) => add(builder, left, right))
  return builder.finish('hessianProduct', gradientOutputs(builder, total, kernels))
}

/**
 * SynFlow (Tanaka et al. 2020): functions `logits` and `log-softmax`, without feeds, output ∂R/∂kernel for R
 * = Σ of that output on one input of ones, with running statistics. The caller writes absolute values.
 */
export function compileSynapticFlow(graph: LayerGraph): ScoreProgram {
  const layout = layoutOf(graph, false)
  const functions = FLOW_OUTPUTS.map((name) => {
    const builder = new Builder()
    const ones = filled(builder, [1, ...inputShape(graph)], 1)
    const model = lowerModel(builder, graph, layout, ones, { mode: 'evaluate', random: false })
    const output = name === 'logits' ? model.logits : one(builder, 'log-softmax', [model.logits])
    return builder.finish(
      name,
      gradientOutputs(builder, sum(builder, output), maskableKernels(layout, model)),
    )
  })
  return { layout, program: { variables: layoutVariables(layout), functions } }
}

/**
 * Outputs and pullbacks on inputs `x` [batch, …]: function `logits`, and `pullback`, which also feeds
 * `cotangent` [batch, classes] (of sequences [batch · time, classes]) and outputs the gradient of Σ
 * cotangent·logits for each maskable kernel. Batch statistics, no dropout.
 */
export function compilePullback(graph: LayerGraph, batchSize: number): ScoreProgram {
  const layout = layoutOf(graph, false)
  const lowered = () => {
    const builder = new Builder()
    const x = builder.feed('x', [batchSize, ...inputShape(graph)])
    return { builder, model: lowerModel(builder, graph, layout, x, { mode: 'train', random: false }) }
  }
  const outputs = lowered()
  const { builder, model } = lowered()
  const cotangent = builder.feed('cotangent', [batchSize * predictionsOf(graph), graph.classes])
  const value = sum(builder, multiply(builder, model.logits, cotangent))
  return {
    layout,
    program: {
      variables: layoutVariables(layout),
      functions: [
        outputs.builder.finish('logits', [{ name: 'logits', value: outputs.model.logits }]),
        builder.finish('pullback', gradientOutputs(builder, value, maskableKernels(layout, model))),
      ],
    },
  }
}
