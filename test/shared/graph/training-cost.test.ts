import { expect, test } from 'vitest'
import { trainingOperations } from '../../../src/shared/graph/training-cost.ts'

const work = { sparse: 10, dense: 100, examples: 128 * 7 }

test('static training and SET cost three sparse forward passes an example', () => {
  expect(trainingOperations({ ...work, denseGradientEvery: null })).toBe(3 * 10 * 128 * 7)
})

test('RigL costs (3·f_S·ΔT + 2·f_S + f_D)/(ΔT + 1) an example', () => {
  const example = (3 * 10 * 100 + 2 * 10 + 100) / 101
  expect(trainingOperations({ ...work, denseGradientEvery: 100 })).toBeCloseTo(example * 128 * 7, 6)
  // An update each step would be half a dense gradient each.
  expect(trainingOperations({ ...work, denseGradientEvery: 1 })).toBe(((30 + 20 + 100) / 2) * 128 * 7)
})

test('at density 1 both are three dense forward passes', () => {
  const dense = { sparse: 100, dense: 100, examples: 1 }
  expect(trainingOperations({ ...dense, denseGradientEvery: 9 })).toBe(300)
})
