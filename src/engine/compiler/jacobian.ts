/** The input-output Jacobian ∂logits/∂x of single inputs, for the study of its singular values. */
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { Executable } from '../program/backend.ts'
import type { FloatArray } from '../ops/ir.ts'
import { broadcastTo, filled, reshape } from '../ops/support/make.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { inputVocabulary, predictionsOf, sizeOf } from '../../shared/graph/shapes.ts'
import { Builder } from '../program/builder.ts'
import { gradients } from './gradient.ts'
import { layoutOf, layoutVariables } from '../program/layout.ts'
import { lowerModel } from './lower.ts'
import type { ScoreProgram } from './scores.ts'
import { inputShape } from './training.ts'

export interface JacobianProgram extends ScoreProgram {
  readonly classes: number
  readonly inputSize: number
  /** Rows of the Jacobian that one call gives. */
  readonly rows: number
}

/**
 * Function `jacobian`: feeds `x` […input] and `cotangents` [rows, classes]; outputs `rows` [rows, inputSize],
 * the products cotangents·∂logits/∂x, and `logits` [classes]. The input is repeated `rows` times, one
 * cotangent a copy, which is right because examples do not see each other in evaluation mode.
 */
export function compileJacobian(graph: LayerGraph, rows: number = graph.classes): JacobianProgram {
  if (inputVocabulary(graph) !== null || predictionsOf(graph) > 1) {
    throw new BenchError(
      'impossible',
      `${graph.name} has no input-output Jacobian: tokens have no derivative, and each of a sequence has ` +
        'logits of its own.',
      'training.spectrum',
    )
  }
  const layout = layoutOf(graph, false)
  const builder = new Builder()
  const shape = inputShape(graph)
  const x = reshape(builder, builder.feed('x', shape), [1, ...shape])
  const tiled = broadcastTo(builder, x, [rows, ...shape])
  const model = lowerModel(builder, graph, layout, tiled, { mode: 'evaluate', random: false })
  const cotangents = builder.feed('cotangents', [rows, graph.classes])
  const [toInput] = gradients(builder, [model.logits], [cotangents], [tiled])
  const inputSize = sizeOf(shape)
  const first = builder.add('slice', [model.logits], { begin: [0, 0], size: [1, graph.classes] })[0]
  const jacobian = reshape(builder, toInput ?? filled(builder, [rows, inputSize], 0), [rows, inputSize])
  const functions = [
    builder.finish('jacobian', [
      { name: 'rows', value: jacobian },
      { name: 'logits', value: reshape(builder, first, [graph.classes]) },
    ]),
  ]
  return {
    layout,
    program: { variables: layoutVariables(layout), functions },
    classes: graph.classes,
    inputSize,
    rows,
  }
}

/** ∂logits/∂x at one input […input]: [classes, inputSize], row-major, in as many calls as it takes. */
export function inputJacobian(
  executable: Executable,
  { classes, inputSize, rows }: JacobianProgram,
  x: FloatArray,
): Float64Array {
  const jacobian = new Float64Array(classes * inputSize)
  for (let from = 0; from < classes; from += rows) {
    const cotangents =
      x instanceof Float64Array ? new Float64Array(rows * classes) : new Float32Array(rows * classes)
    const count = Math.min(rows, classes - from)
    for (let row = 0; row < count; row++) cotangents[row * classes + from + row] = 1
    const part = executable.run('jacobian', { x, cotangents }).rows
    jacobian.set(part.subarray(0, count * inputSize), from * inputSize)
  }
  return jacobian
}
