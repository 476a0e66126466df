import { describe, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { optimizerCases, runOptimizerCase } from './optimizer-harness.ts'

describe.each([
  ['float64', 1e-9],
  ['float32', 1e-5],
] as const)('updates against PyTorch, %s', (precision, tolerance) => {
  test.each(optimizerCases())('$name', async (given) => {
    await runOptimizerCase(referenceBackend, precision, tolerance, given)
  })
})
