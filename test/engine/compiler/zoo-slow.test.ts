import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { modelOracles, runModelCase } from './zoo-harness.ts'

const { seed, cases } = modelOracles()

test('there are models to test', () => expect(cases.length).toBeGreaterThan(0))

test.each(cases)(
  '$name in float64 gives PyTorch’s logits, loss and gradients',
  { timeout: 120_000 },
  async (given) => {
    await runModelCase(referenceBackend, 'float64', given, seed, 1e-7)
  },
)
