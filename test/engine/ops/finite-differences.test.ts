import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { OPS } from '../../../src/engine/ops/index.ts'
import type { OpDefinition } from '../../../src/engine/ops/ir.ts'
import { OP_CASES } from './op-cases.ts'
import type { OpCase } from './op-cases.ts'
import { VARIABLE, opProgram } from './op-harness.ts'

const STEP = 1e-5
const DEFINITIONS: Readonly<Record<string, OpDefinition>> = OPS

/** Compares every entry of a gradient of the scalar output `of` with its central difference. */
async function expectDerivatives(op: string, given: OpCase): Promise<void> {
  const { program, feeds, inputs, cotangents, ops } = opProgram(op, given)
  expect(ops, `the graph of the case holds ${op}`).toContain(op)
  const executable = await referenceBackend.compile(program, { precision: 'float64' })
  if (program.variables.length > 0)
    executable.write(VARIABLE.name, new Float64Array(VARIABLE.size).fill(VARIABLE.value))
  const base = executable.run('case', feeds)
  for (const [of, names] of [
    ['first', inputs],
    ['second', [...inputs, ...cotangents]],
  ] as const) {
    for (const name of names) {
      const gradient = base[`${of}:${name}`]
      const { length } = feeds[name]
      expect(gradient.length).toBe(length)
      for (let i = 0; i < length; i++) {
        const at = (shift: number): number => {
          const moved = Float64Array.from(feeds[name])
          moved[i] += shift
          return executable.run('case', { ...feeds, [name]: moved })[of][0]
        }
        const difference = given.blocked ? 0 : (at(STEP) - at(-STEP)) / (2 * STEP)
        const off = Math.abs(gradient[i] - difference) / Math.max(1, Math.abs(difference))
        expect(off, `${of} derivative by ${name}[${i}]: ${gradient[i]} against ${difference}`).toBeLessThan(
          2e-7,
        )
      }
    }
  }
}

test('every op is in the table', () => {
  expect(Object.keys(OP_CASES).sort()).toEqual(Object.keys(OPS).sort())
  for (const [op, cases] of Object.entries(OP_CASES)) expect(cases.length, op).toBeGreaterThan(0)
})

describe.each(Object.entries(OP_CASES).filter(([op]) => DEFINITIONS[op].gradient))('%s', (op, cases) => {
  test.each(cases.map((given, i) => [given.label ?? `case ${i + 1}`, given] as const))(
    'first and second derivatives equal central differences: %s',
    (_label, given) => expectDerivatives(op, given),
  )
})
