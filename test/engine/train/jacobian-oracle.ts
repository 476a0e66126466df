/** The cases of jacobian.json as models, states and inputs, for every backend's test. */
import { expect } from 'vitest'
import type { ModelState } from '../../../src/engine/program/types.ts'
import type { Spectrum } from '../../../src/engine/train/jacobian.ts'
import type { Activation, LayerGraph } from '../../../src/shared/graph/types.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { perceptron } from '../compiler/models.ts'

interface Statistics {
  readonly mean: number
  readonly max: number
  readonly min: number
  readonly variance: number
}

interface OracleFile {
  readonly inputs: OracleTensor
  readonly cases: readonly {
    readonly name: string
    readonly layers: readonly {
      readonly shape: readonly [number, number]
      readonly index: readonly number[]
      readonly value: readonly number[]
    }[]
    readonly activations: Readonly<Record<string, { readonly singular_values: OracleTensor }>>
  }[]
}

export interface JacobianCase {
  readonly graph: LayerGraph
  readonly state: ModelState
  readonly inputs: readonly Float64Array[]
  readonly expected: OracleTensor
}

/** Every case × activation, with a title. */
export function jacobianCases(): [string, JacobianCase][] {
  const file = oracle<OracleFile>('jacobian')
  const [count, width] = file.inputs.shape
  const inputs = Array.from({ length: count }, (_, k) =>
    Float64Array.from(file.inputs.data.slice(k * width, (k + 1) * width)),
  )
  return file.cases.flatMap(({ name, layers, activations }) => {
    const parameters = new Map(
      layers.map(({ shape, index, value }, layer) => {
        const values = new Float64Array(shape[0] * shape[1])
        index.forEach((at, k) => {
          values[at] = value[k]
        })
        return [`w${layer + 1}.kernel`, values]
      }),
    )
    const sizes = [layers[0].shape[0], ...layers.map(({ shape }) => shape[1])]
    return Object.entries(activations).map(
      ([activation, { singular_values: expected }]): [string, JacobianCase] => {
        const known = (activation === 'hardtanh' ? 'hard-tanh' : activation) as Activation
        const state: ModelState = { parameters, masks: new Map() }
        const given = { graph: perceptron(sizes, known, false), state, inputs, expected }
        return [`${name}, ${activation}`, given]
      },
    )
  })
}

/** All values and their statistics, by definition, to `tolerance` (absolute). */
export function expectSpectrum(spectrum: Spectrum, { data }: OracleTensor, tolerance: number): void {
  const sorted = [...data].sort((a, b) => b - a)
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (sorted.length - 1)
  const expected: Statistics = { mean, max: sorted[0], min: sorted[sorted.length - 1], variance }
  for (const [name, value] of Object.entries(expected)) {
    expect(Math.abs(spectrum[name as keyof Statistics] - value), name).toBeLessThan(tolerance)
  }
  expect(spectrum.values).toHaveLength(sorted.length)
  sorted.forEach((value, k) => expect(Math.abs(spectrum.values[k] - value)).toBeLessThan(tolerance))
}
