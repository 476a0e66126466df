/** TensorFlow against PyTorch's numbers: core ops and optimizers. */
import { describe, it } from 'vitest'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { optimizerCases, runOptimizerCase } from '../compiler/optimizer-harness.ts'
import { CORE_LOWERINGS } from '../ops/core-lowerings.ts'
import { oracleCases, runOracleCase } from '../ops/oracle-harness.ts'

const tensorflow = openTensorFlow()

describe('core ops', () => {
  it.each(oracleCases(...Object.keys(CORE_LOWERINGS)))('$name', async (given) => {
    await runOracleCase(tensorflow, 'float32', given, CORE_LOWERINGS[given.op])
  })
})

describe('optimizer steps', () => {
  it.each(optimizerCases())('$name', async (given) => {
    await runOptimizerCase(tensorflow, 'float32', 1e-5, given)
  })
})
