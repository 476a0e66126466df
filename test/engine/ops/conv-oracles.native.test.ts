import { describe, test } from 'vitest'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { CONV_LOWERINGS } from './conv-lowerings.ts'
import { oracleCases, runOracleCase } from './oracle-harness.ts'

const backend = openTensorFlow()

describe('images, norms and attention on TensorFlow against PyTorch', () => {
  test.each(oracleCases(...Object.keys(CONV_LOWERINGS)))('$name', async (given) => {
    await runOracleCase(backend, 'float32', given, CONV_LOWERINGS[given.op])
  })
})
