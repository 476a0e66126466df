/**
 * Runs a case of ops.json on any backend: output, gradients, and second-order gradients where the case has
 * them. A family of ops brings its own lowerings (case op → graph) and hands them to `runOracleCase`.
 */
import { expect } from 'vitest'
import type { Backend, CompileOptions } from '../../../src/engine/program/backend.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import type { NamedValue } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import type { TensorData, Value } from '../../../src/engine/ops/ir.ts'
import { filled } from '../../../src/engine/ops/support/make.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'

export interface OracleCase {
  readonly name: string
  readonly op: string
  readonly attrs: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, OracleTensor>>
  readonly output: OracleTensor
  readonly cotangent: OracleTensor
  readonly loss: number
  readonly grads: Readonly<Record<string, OracleTensor>>
  readonly second_order?: {
    readonly cotangent1: OracleTensor
    readonly cotangent2: OracleTensor
    readonly grad_of_grad: OracleTensor
  }
  readonly labels?: readonly number[]
  readonly running?: Readonly<Record<'running_mean' | 'running_var', OracleTensor>>
  readonly running_before?: Readonly<Record<'running_mean' | 'running_var', OracleTensor>>
  readonly running_after_each_step?: readonly Readonly<Record<'running_mean' | 'running_var', OracleTensor>>[]
  readonly x_second_step?: OracleTensor
}

/** Builds the graph of a case from its inputs (by their names in the file); returns what `output` holds. */
export type OracleLowering = (
  builder: Builder,
  inputs: Readonly<Record<string, Value>>,
  given: OracleCase,
) => Value

/**
 * The cases of ops.json of these ops. Throws when there are none, so that a test can never pass by being
 * empty.
 */
export function oracleCases(...ops: readonly string[]): OracleCase[] {
  const cases = oracle<{ cases: OracleCase[] }>('ops').cases.filter((one) => ops.includes(one.op))
  if (cases.length === 0) throw new Error(`ops.json has no cases of ${ops.join(', ')}`)
  return cases
}

/**
 * Largest deviation allowed, relative to the largest expected entry (counted as at least 1e-3): 1e-9 in
 * float64, 1e-5 in float32.
 */
export const TOLERANCE = { float64: 1e-9, float32: 1e-5 } as const

/** Holds a result against an oracle tensor. */
export function expectClose(
  what: string,
  got: ArrayLike<number> | undefined,
  expected: OracleTensor,
  tolerance: number,
  least = 1e-3,
): void {
  expect(got?.length, `${what}: entries`).toBe(expected.data.length)
  if (!got) return
  const largest = largestOf(expected, least)
  let worst = 0
  expected.data.forEach((entry, i) => {
    worst = Math.max(worst, Math.abs(got[i] - entry))
  })
  expect(worst / largest, `${what}: deviation relative to the largest entry`).toBeLessThan(tolerance)
}

function largestOf({ data }: OracleTensor, least: number): number {
  return data.reduce((most, entry) => Math.max(most, Math.abs(entry)), least)
}

/** Builds, runs and checks one case in the precision given. Gradients that are null count as 0. */
export async function runOracleCase(
  backend: Backend,
  precision: NonNullable<CompileOptions['precision']>,
  given: OracleCase,
  lower: OracleLowering,
): Promise<void> {
  const tolerance = TOLERANCE[precision]
  const results = await evaluateOracleCase(backend, precision, given, lower)
  expectClose(`${given.name}: output`, results.output, given.output, tolerance)
  const loss = given.cotangent.data.reduce((total, weight, i) => total + weight * results.output[i], 0)
  const terms = given.cotangent.data.reduce(
    (total, weight, i) => total + Math.abs(weight * results.output[i]),
    1e-3,
  )
  expect(Math.abs(loss - given.loss) / terms, `${given.name}: loss`).toBeLessThan(tolerance)
  // A gradient that is 0 up to rounding (the key bias of attention) is measured by the case's other
  // gradients.
  const scale = Object.values(given.grads).reduce((most, gradient) => largestOf(gradient, most), 1e-3)
  for (const [name, expected] of Object.entries(given.grads)) {
    const least = largestOf(expected, 0) < 1e-6 * scale ? scale : 1e-3
    expectClose(`${given.name}: gradient of ${name}`, results[`gradient:${name}`], expected, tolerance, least)
  }
  if (given.second_order) {
    expectClose(`${given.name}: second order`, results.second, given.second_order.grad_of_grad, tolerance)
  }
}

/** Runs one case: `output`, `gradient:${input}` of Σ cotangent·output, and `second` where the case has it. */
export async function evaluateOracleCase(
  backend: Backend,
  precision: NonNullable<CompileOptions['precision']>,
  given: OracleCase,
  lower: OracleLowering,
): Promise<Record<string, ArrayLike<number>>> {
  const builder = new Builder()
  const values: Record<string, Value> = {}
  const feeds: Record<string, TensorData> = {}
  const feed = (name: string, tensor: OracleTensor): Value => {
    feeds[name] = Float64Array.from(tensor.data)
    if (precision === 'float32') feeds[name] = Float32Array.from(tensor.data)
    return builder.feed(name, tensor.shape)
  }
  for (const [name, tensor] of Object.entries(given.inputs)) values[name] = feed(name, tensor)
  const output = lower(builder, values, given)
  const names = Object.keys(given.grads)
  const wrt = names.map((name) => values[name])
  const parts = gradients(builder, [output], [feed('cotangent', given.cotangent)], wrt)
  const outputs: NamedValue[] = [{ name: 'output', value: output }]
  names.forEach((name, i) => {
    outputs.push({ name: `gradient:${name}`, value: parts[i] ?? filled(builder, wrt[i].type.shape, 0) })
  })
  if (given.second_order) {
    const { cotangent1, cotangent2 } = given.second_order
    const [first] = gradients(builder, [output], [feed('cotangent1', cotangent1)], [values.x])
    const [second] =
      first === null ? [null] : gradients(builder, [first], [feed('cotangent2', cotangent2)], [values.x])
    outputs.push({ name: 'second', value: second ?? filled(builder, values.x.type.shape, 0) })
  }
  const program = { variables: [], functions: [builder.finish('case', outputs)] }
  const executable = await backend.compile(program, { precision })
  try {
    return executable.run('case', feeds)
  } finally {
    executable.dispose()
  }
}
