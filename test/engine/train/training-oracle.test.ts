import { test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import { runTrainingOracle } from './training-oracle.ts'

test('20 steps of a masked ResNet in float64 are PyTorch’s, to rounding', { timeout: 240_000 }, async () => {
  await runTrainingOracle(referenceBackend, 'float64', 20, 1e-7)
})

test('the same steps on the sparse backend are PyTorch’s within float32', { timeout: 120_000 }, async () => {
  await runTrainingOracle(sparseBackend, 'float32', 20, 1e-2)
})
