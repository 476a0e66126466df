/** Turns a case of op-cases.ts into a program that gives outputs, gradients, and gradients of gradients. */
import type { Program } from '../../../src/engine/program/types.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import type { NamedValue } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import type { TensorData, Value } from '../../../src/engine/ops/ir.ts'
import { add, filled, multiply, scalar, sum } from '../../../src/engine/ops/support/make.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import { Stream } from '../../../src/engine/rng.ts'
import type { InputKind, OpCase } from './op-cases.ts'

export interface OpProgram {
  readonly program: Program
  /** Every op that occurs in it. */
  readonly ops: ReadonlySet<string>
  readonly feeds: Record<string, TensorData>
  /** Names of float feeds: `input0`, …, `cotangent0`, …. */
  readonly inputs: readonly string[]
  readonly cotangents: readonly string[]
}

/** Number that the variable `weights` of the case of `variable` is filled with before a run. */
export const VARIABLE = { name: 'weights', size: 12, value: 0.7 } as const

/**
 * Outputs: `output${k}`; `first` = L = Σ ⟨cotangent, output⟩; `first:${feed}` = ∂L/∂input; `second` = M = Σ
 * ⟨direction, ∂L/∂input⟩; `second:${feed}` = ∂M/∂input and ∂M/∂cotangent. Gradients that are null come out as
 * 0.
 */
export function opProgram(op: string, given: OpCase): OpProgram {
  const builder = new Builder()
  const stream = Stream.root(5).split(op)
  const feeds: Record<string, TensorData> = {}
  const inputs = given.inputs.map(([shape, kind = 'signed'], i) => {
    feeds[`input${i}`] = drawn(shape, kind, stream)
    return builder.feed(`input${i}`, shape, kind === 'labels' ? 'int' : 'float')
  })
  const random = (name: string, shape: readonly number[]): Value => {
    feeds[name] = drawn(shape, 'signed', stream)
    return builder.feed(name, shape)
  }
  const built = given.build ? given.build(builder, inputs) : builder.add(op, inputs, given.attributes)
  const outputs: NamedValue[] = built.map((value, k) => ({ name: `output${k}`, value }))
  const cotangents = built.map(({ type }, k) => random(`cotangent${k}`, type.shape))
  const floats = inputs.filter(({ type }) => type.dtype === 'float')
  const names = floats.map((value) => String(value.node.attributes.name))
  const first = total(builder, built, cotangents)
  const gradient = gradientsOf(builder, first, floats)
  const directions = floats.map(({ type }, i) => random(`direction${i}`, type.shape))
  const second = total(builder, gradient, directions)
  const wrt = [...floats, ...cotangents]
  const hessian = gradientsOf(builder, second, wrt)
  outputs.push({ name: 'first', value: first }, { name: 'second', value: second })
  gradient.forEach((value, i) => {
    outputs.push({ name: `first:${names[i]}`, value })
  })
  hessian.forEach((value, i) => {
    outputs.push({ name: `second:${String(wrt[i].node.attributes.name)}`, value })
  })
  const variables =
    op === 'variable'
      ? [{ name: VARIABLE.name, type: { shape: [3, 4], dtype: 'float' }, role: 'parameter' } as const]
      : []
  const definition = builder.finish('case', outputs)
  return {
    program: { variables, functions: [definition] },
    ops: new Set(definition.nodes.map((node) => node.op)),
    feeds,
    inputs: names,
    cotangents: cotangents.map((value) => String(value.node.attributes.name)),
  }
}

function total(builder: Builder, values: readonly Value[], weights: readonly Value[]): Value {
  return values
    .map((value, i) => sum(builder, multiply(builder, value, weights[i])))
    .reduce((left, right) => add(builder, left, right), scalar(builder, 0))
}

function gradientsOf(builder: Builder, value: Value, wrt: readonly Value[]): Value[] {
  return gradients(builder, [value], [scalar(builder, 1)], wrt).map(
    (gradient, i) => gradient ?? filled(builder, wrt[i].type.shape, 0),
  )
}

function drawn(shape: readonly number[], kind: InputKind, stream: Stream): Float64Array | Int32Array {
  const size = sizeOf(shape)
  if (kind === 'labels') return Int32Array.from({ length: size }, () => stream.integer(3))
  const values = Float64Array.from({ length: size }, () => {
    const magnitude = stream.uniform() < 0.7 ? 0.2 + 0.7 * stream.uniform() : 1.1 + 0.5 * stream.uniform()
    return kind === 'signed' && stream.uniform() < 0.5 ? -magnitude : magnitude
  })
  const width = shape[shape.length - 1]
  if (kind !== 'rows') return values
  for (let from = 0; from < size; from += width) {
    const row = values.subarray(from, from + width)
    const sum = row.reduce((a, b) => a + b)
    row.forEach((entry, i) => {
      row[i] = entry / sum
    })
  }
  return values
}
