import { test } from 'vitest'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { modelOracles, runModelCase } from './zoo-harness.ts'

const backend = openTensorFlow()
const { seed, cases } = modelOracles()

// PyTorch in float32 itself is up to 1e-4 away from float64 here; activations at a kink flip with less.
test.each(cases)('$name on TensorFlow gives PyTorch’s logits, loss and gradients', async (given) => {
  await runModelCase(backend, 'float32', given, seed, 2e-3)
})
