import { test } from 'vitest'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { runTrainingOracle } from './training-oracle.ts'

test('20 steps of a masked ResNet are PyTorch’s within float32', async () => {
  await runTrainingOracle(openTensorFlow(), 'float32', 20, 1e-2)
})
