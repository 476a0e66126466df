import { expect, it } from 'vitest'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { momentsOf, predictRun, runSpectrum } from '../../../src/shared/theory/run-spectrum.ts'

const spec = (input: object) =>
  parseSpec({ model: { depth: 6, width: 100 }, initialization: { scheme: 'eoi' }, ...input })

it('takes moments of squared singular values', () => {
  expect(momentsOf([1, 1, 1])).toEqual({ meanSquared: 1, varianceOverMeanSquared: 0 })
  // Squares 1 and 9: mean 5, variance 16.
  expect(momentsOf([1, 3])).toEqual({ meanSquared: 5, varianceOverMeanSquared: 16 / 25 })
})

it('predicts logits of an MLP: the layers, and a linear classifier on a part of their directions', () => {
  const sparse = { sparsity: { density: 0.5, distribution: 'uniform' } }
  const linear = predictRun(spec({ model: { depth: 6, width: 100, activation: 'linear' }, ...sparse }))
  expect(linear?.predicted.meanSquared).toBeCloseTo(1, 12)
  expect(linear?.predicted.varianceOverMeanSquared).toBeCloseTo(0, 12)
  expect(linear?.fromInputs.meanSquared).toBeCloseTo(1, 12)
  expect(linear?.part).toBe(0.1)
  // A masked orthogonal matrix scales σ_w² by d, in all seven kernels, and each adds 1 − d².
  const base = predictRun(
    spec({
      model: { depth: 6, width: 100, activation: 'linear' },
      initialization: { scheme: 'base' },
      sparsity: { density: 0.5, distribution: 'uniform' },
    }),
  )
  expect(base?.predicted.meanSquared).toBeCloseTo(0.5 ** 7, 12)
  expect(base?.predicted.varianceOverMeanSquared).toBeCloseTo(0.1 * 7 * 0.75, 12)
  expect(base?.fromInputs.meanSquared).toBeCloseTo(0.5 ** 7, 12)
  // Signals that begin at q* stay there; at the paper’s point they begin far above it, where tanh is flat.
  const paper = { gain: 1.0247, biasStd: 0.00448, scheme: 'eoi' }
  const tanh = predictRun(spec({ initialization: paper, ...sparse }))
  expect(tanh?.predicted.meanSquared).toBeCloseTo(1.0247 ** 2, 4)
  expect(tanh?.fromInputs.meanSquared).toBeLessThan(0.3)
  expect(predictRun(spec({ model: { name: 'resnet', depth: 20 }, data: { name: 'cifar-10' } }))).toBeNull()
  expect(runSpectrum(spec({}), [])).toBeNull()
})
