import { expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { openTensorFlow } from '../../../../src/engine/backend/tensorflow/index.ts'
import { compiled, LAYER_CASES } from './layer-cases.ts'

const tensorflow = openTensorFlow()

test.each(Object.keys(LAYER_CASES))('%s on TensorFlow equals the reference', async (name) => {
  const exact = await compiled(name, referenceBackend, 'float64')
  const native = await compiled(name, tensorflow, 'float32')
  try {
    const expected = exact.run(exact.point)
    const got = native.run(exact.point)
    expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort())
    for (const [key, output] of Object.entries(expected)) {
      const values = Float64Array.from(output)
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      values.forEach((value, i) =>
        expect(Math.abs(got[key][i] - value), key).toBeLessThan(2e-6 * largest + 1e-30),
      )
    }
  } finally {
    native.dispose()
  }
})
