import { describe, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { CORE_LOWERINGS } from './core-lowerings.ts'
import { oracleCases, runOracleCase } from './oracle-harness.ts'

describe.each(['float64', 'float32'] as const)('core ops against PyTorch, %s', (precision) => {
  test.each(oracleCases(...Object.keys(CORE_LOWERINGS)))('$name', async (given) => {
    await runOracleCase(referenceBackend, precision, given, CORE_LOWERINGS[given.op])
  })
})
