import { expect, it } from 'vitest'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { expectLoss, lossCases } from './loss-cases.ts'

it.each(lossCases)('PyTorch’s, by TensorFlow: %s', async (_, given) => {
  await expectLoss(openTensorFlow(), given, 6)
  expect.hasAssertions()
})
