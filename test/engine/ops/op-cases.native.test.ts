import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import type { Backend, Executable } from '../../../src/engine/program/backend.ts'
import { OP_CASES } from './op-cases.ts'
import { VARIABLE, opProgram } from './op-harness.ts'

let tensorflow: Backend

beforeAll(async () => {
  tensorflow = await openBackend('tensorflow')
})

const open: Executable[] = []
afterAll(() => {
  for (const executable of open) executable.dispose()
})

// The reference runs in float64, so that a deviation is the other backend's own.
describe.each(Object.entries(OP_CASES))('%s: tensorflow equals reference', (op, cases) => {
  test.each(cases.map((given, i) => [given.label ?? `case ${i + 1}`, given] as const))(
    'outputs and derivatives: %s',
    async (_label, given) => {
      const { program, feeds } = opProgram(op, given)
      const single = Object.fromEntries(
        Object.entries(feeds).map(([name, data]) => [
          name,
          data instanceof Float64Array ? Float32Array.from(data) : data,
        ]),
      )
      const run = async (backend: Backend, precision: 'float32' | 'float64') => {
        const executable = await backend.compile(program, { precision })
        open.push(executable)
        if (program.variables.length > 0) {
          executable.write(VARIABLE.name, new Float32Array(VARIABLE.size).fill(VARIABLE.value))
        }
        return executable.run('case', single)
      }
      const expected = await run(referenceBackend, 'float64')
      const got = await run(tensorflow, 'float32')
      expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort())
      for (const [name, values] of Object.entries(expected)) {
        expect(got[name].length, name).toBe(values.length)
        values.forEach((value, i) => {
          const off = Math.abs(got[name][i] - value) / Math.max(1, Math.abs(value))
          expect(off, `${name}[${i}]: ${got[name][i]} against ${value}`).toBeLessThan(2e-5)
        })
      }
    },
  )
})
