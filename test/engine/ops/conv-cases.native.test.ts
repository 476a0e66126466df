/**
 * Values, gradients and second derivatives of the image ops on TensorFlow against the reference in float64.
 */
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { openTensorFlow } from '../../../src/engine/backend/tensorflow/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { CONV_CASES, differentiate } from './conv-cases.ts'

const tensorflow = openTensorFlow()

test.each(CONV_CASES)('$name', async (given) => {
  const builder = new Builder()
  const { outputs, first, second } = differentiate(builder, given)
  const values = [...outputs, ...first, ...second.filter((value) => value !== null)]
  const definition = builder.finish(
    'case',
    values.map((value, i) => ({ name: `y${i}`, value })),
  )
  const program = { variables: [], functions: [definition] }
  const stream = Stream.root(21).split(given.name)
  const feeds = Object.fromEntries(
    definition.feeds.map(({ name, value }) => [
      name,
      Float32Array.from({ length: sizeOf(value.type.shape) }, () => stream.normal()),
    ]),
  )
  const exact = (await referenceBackend.compile(program, { precision: 'float64' })).run('case', feeds)
  const executable = await tensorflow.compile(program)
  const got = executable.run('case', feeds)
  executable.dispose()
  for (const [name, expected] of Object.entries(exact)) {
    let worst = 0
    let largest = 1e-2
    expected.forEach((entry, i) => {
      worst = Math.max(worst, Math.abs(got[name][i] - entry))
      largest = Math.max(largest, Math.abs(entry))
    })
    expect(got[name].length, name).toBe(expected.length)
    expect(worst / largest, name).toBeLessThan(2e-5)
  }
})
