import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { zeroPaddedSingularValues } from '../../../src/engine/linalg/zero-padded-operator.ts'

interface Case {
  readonly map: [number, number]
  readonly stride: number
  readonly groups: number
  readonly shape: readonly [number, number, number, number]
  readonly kernel: readonly number[]
  readonly values: readonly number[]
}

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/zero_padded.json'), 'utf8'),
) as Case[]

test.each(cases)('map $map, stride $stride, groups $groups: PyTorch’s', (given) => {
  const [height, width, inputs, outputs] = given.shape
  const kernel = { values: Float64Array.from(given.kernel), height, width, inputs, outputs }
  const found = zeroPaddedSingularValues(kernel, given)
  // Groups are matrices of their own here, whose values together are those of the whole.
  const expected = given.values.slice(0, found.length)
  expect(given.values.slice(found.length).every((value) => value < 1e-9)).toBe(true)
  found.forEach((value, k) => expect(value).toBeCloseTo(expected[k], 9))
})
