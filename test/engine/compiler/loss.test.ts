import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import { expectLoss, lossCases } from './loss-cases.ts'

describe.each([
  ['reference', referenceBackend],
  ['sparse', sparseBackend],
] as const)('losses of %s', (_, backend) => {
  it.each(lossCases)('PyTorch’s: %s', async (_, given) => {
    await expectLoss(backend, given, 6)
    expect.hasAssertions()
  })
})
