import { SVD, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { compileJacobian, inputJacobian } from '../../../src/engine/compiler/jacobian.ts'
import { packState } from '../../../src/engine/program/layout.ts'
import type { ModelState } from '../../../src/engine/program/types.ts'
import type { Activation } from '../../../src/shared/graph/types.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { expectClose } from '../ops/oracle-harness.ts'
import { perceptron } from './models.ts'

interface JacobianCase {
  readonly name: string
  readonly layers: readonly {
    readonly shape: readonly [number, number]
    readonly index: number[]
    readonly value: number[]
  }[]
  readonly activations: Readonly<
    Record<string, { readonly output: OracleTensor; readonly singular_values: OracleTensor }>
  >
}

const file = oracle<{ inputs: OracleTensor; cases: JacobianCase[] }>('jacobian')

function stateOf({ layers }: JacobianCase): ModelState {
  return {
    masks: new Map(),
    parameters: new Map(
      layers.map(({ shape, index, value }, l) => {
        const values = new Float64Array(shape[0] * shape[1])
        index.forEach((at, i) => {
          values[at] = value[i]
        })
        return [`w${l + 1}.kernel`, values]
      }),
    ),
  }
}

describe.each(file.cases)('input-output Jacobian of $name', (given) => {
  test.each(Object.entries(given.activations))('%s', async (name, { output, singular_values: expected }) => {
    const activation = (name === 'hardtanh' ? 'hard-tanh' : name) as Activation
    const sizes = [given.layers[0].shape[0], ...given.layers.map(({ shape }) => shape[1])]
    // Four rows a call: ten classes take three calls, the last one partly filled.
    const compiled = compileJacobian(perceptron(sizes, activation, false), 4)
    const executable = await referenceBackend.compile(compiled.program, { precision: 'float64' })
    executable.writeAll(packState(compiled.layout, stateOf(given)))
    const [count, width] = file.inputs.shape
    const values: number[] = []
    const logits: number[] = []
    for (let row = 0; row < count; row++) {
      const x = Float64Array.from(file.inputs.data.slice(row * width, (row + 1) * width))
      const jacobian = inputJacobian(executable, compiled, x)
      const matrix = Matrix.from1DArray(compiled.classes, compiled.inputSize, [...jacobian]).transpose()
      values.push(...new SVD(matrix).diagonal)
      logits.push(
        ...executable.run('jacobian', { x, cotangents: new Float64Array(4 * compiled.classes) }).logits,
      )
    }
    expectClose('logits', logits, output, 1e-9)
    expectClose('singular values', values, expected, 1e-8)
  })
})

test('a network that ignores its input has a Jacobian of zeros', async () => {
  const compiled = compileJacobian(perceptron([3, 4, 2], 'relu'))
  const executable = await referenceBackend.compile(compiled.program)
  expect([...inputJacobian(executable, compiled, Float32Array.of(1, 2, 3))]).toEqual([0, 0, 0, 0, 0, 0])
})
