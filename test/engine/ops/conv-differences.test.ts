/**
 * First and second derivatives of the image ops against central differences, along random directions, in
 * float64: ⟨gradient of Σ c·f, v⟩ against the difference of Σ c·f, and the gradient of Σ u·gradient
 * likewise.
 */
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import type { Value } from '../../../src/engine/ops/ir.ts'
import { filled } from '../../../src/engine/ops/support/make.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { CONV_CASES, differentiate } from './conv-cases.ts'

const STEP = 1e-4

test.each(CONV_CASES)('$name', async (given) => {
  const builder = new Builder()
  const { outputs, first, second } = differentiate(builder, given)
  const inputs = given.inputs
  const named = (prefix: string, values: readonly (Value | null)[], shapes: readonly (readonly number[])[]) =>
    values.map((value, i) => ({ name: `${prefix}${i}`, value: value ?? filled(builder, shapes[i], 0) }))
  const cotangentShapes = outputs.map((output) => output.type.shape)
  const program = builder.finish('case', [
    ...named('f', outputs, cotangentShapes),
    ...named('g', first, inputs),
    ...named('h', second, [...inputs, ...cotangentShapes]),
  ])
  const executable = await referenceBackend.compile(
    { variables: [], functions: [program] },
    { precision: 'float64' },
  )
  const stream = Stream.root(20).split(given.name)
  const draw = (prefix: string, shapes: readonly (readonly number[])[]): Record<string, Float64Array> =>
    Object.fromEntries(
      shapes.map((shape, i) => [
        `${prefix}${i}`,
        Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
      ]),
    )
  const point = { ...draw('x', inputs), ...draw('c', cotangentShapes), ...draw('u', inputs) }
  const run = (feeds: Record<string, Float64Array>) => executable.run('case', feeds)
  const at = run(point)

  /** Difference quotient of Σ weights·output as `name` moves along `direction`. */
  const quotient = (
    name: string,
    direction: Float64Array,
    pairs: readonly (readonly [string, string])[],
  ): number => {
    const value = (step: number): number => {
      const moved = run({ ...point, [name]: point[name].map((entry, k) => entry + step * direction[k]) })
      return pairs.reduce((total, [weights, output]) => total + dot(point[weights], moved[output]), 0)
    }
    // Richardson's extrapolation: an error of the fourth order in the step.
    const coarse = (value(2 * STEP) - value(-2 * STEP)) / (4 * STEP)
    const fine = (value(STEP) - value(-STEP)) / (2 * STEP)
    return (4 * fine - coarse) / 3
  }
  const check = (what: string, got: number, expected: number, terms: number): void =>
    expect(Math.abs(got - expected) / (terms + 1e-2), `${what}: ${got} against ${expected}`).toBeLessThan(
      1e-7,
    )

  for (const [i, shape] of inputs.entries()) {
    const direction = Float64Array.from({ length: sizeOf(shape) }, () => stream.normal())
    const forward = outputs.map((_, k) => [`c${k}`, `f${k}`] as const)
    check(
      `gradient of input ${i}`,
      dot(at[`g${i}`], direction),
      quotient(`x${i}`, direction, forward),
      norm(at[`g${i}`]) * norm(direction),
    )
  }
  const moving = [...inputs.map((_, i) => `x${i}`), ...outputs.map((_, k) => `c${k}`)]
  for (const [i, name] of moving.entries()) {
    const direction = Float64Array.from({ length: point[name].length }, () => stream.normal())
    const gradientPairs = inputs.map((_, k) => [`u${k}`, `g${k}`] as const)
    check(
      `second derivative in ${name}`,
      dot(at[`h${i}`], direction),
      quotient(name, direction, gradientPairs),
      norm(at[`h${i}`]) * norm(direction),
    )
  }
})

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i] * b[i]
  return total
}

function norm(a: ArrayLike<number>): number {
  return Math.sqrt(dot(a, a))
}
