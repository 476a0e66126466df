import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { Builder } from '../../../src/engine/program/builder.ts'
import { gradients } from '../../../src/engine/compiler/gradient.ts'
import { layoutOf, layoutVariables, packState, unpackState } from '../../../src/engine/program/layout.ts'
import { lowerModel } from '../../../src/engine/compiler/lower.ts'
import type { ParameterLayout } from '../../../src/engine/program/types.ts'
import { mean, multiply, scalar } from '../../../src/engine/ops/support/make.ts'
import { modelSchema } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { perceptron, randomBatch, randomState } from '../compiler/models.ts'

const graph = perceptron([12, 9, 9, 9, 9, 5], 'tanh')
// Two kernels of 81 entries, and all biases, are within.
const cut = layoutOf(graph, true, 200)

describe('stacks of bounded size', () => {
  test('a stack is cut where it would pass the bound, and a part of one layer is no stack', () => {
    const places = cut.locations.map(({ variable, index }) => [variable, index])
    expect(places).toEqual([
      ['w1.kernel', null],
      ['stack:bias:9', 0],
      ['stack:kernel:9x9:maskable:part1', 0],
      ['stack:bias:9', 1],
      ['stack:kernel:9x9:maskable:part1', 1],
      ['stack:bias:9', 2],
      ['w4.kernel', null],
      ['stack:bias:9', 3],
      ['w5.kernel', null],
      ['w5.bias', null],
    ])
  })

  test('logits and gradients are those of the whole stack, and a state survives packing', async () => {
    const state = randomState(graph, 0.4, 9)
    const { x } = randomBatch(8, 12, 5, 3)
    const whole = await answers(layoutOf(graph), state, x)
    expect(await answers(cut, state, x)).toEqual(whole)
    expect(unpackState(cut, packState(cut, state))).toEqual(state)
  })

  test('no variable of CNN-1000 of width 128 has more than 256 MB', () => {
    const model = modelSchema.parse({ name: 'cnn', depth: 1000, width: 128 })
    const variables = layoutVariables(layoutOf(buildModel(model, [32, 32, 3], 10)))
    const entries = variables.map(({ type }) => type.shape.reduce((product, extent) => product * extent, 1))
    expect(Math.max(...entries)).toBeLessThanOrEqual(2 ** 26)
    expect(entries.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2 * 147e6)
    expect(variables.length).toBeLessThan(20)
  })
})

/** Logits, and the gradient of the mean of their squares by the parameters' own names. */
async function answers(
  layout: ParameterLayout,
  state: ReturnType<typeof randomState>,
  x: Float64Array,
): Promise<Record<string, unknown>> {
  const builder = new Builder()
  const model = lowerModel(builder, graph, layout, builder.feed('x', [8, 12]), {
    mode: 'train',
    random: false,
  })
  const loss = mean(builder, multiply(builder, model.logits, model.logits))
  const parameters = [...model.parameters]
  const parts = gradients(
    builder,
    [loss],
    [scalar(builder, 1)],
    parameters.map(([, value]) => value),
  )
  const outputs = parameters.flatMap(([name], i) => {
    const value = parts[i]
    return value ? [{ name, value }] : []
  })
  const definition = builder.finish('answers', [{ name: 'logits', value: model.logits }, ...outputs])
  const program = { variables: layoutVariables(layout), functions: [definition] }
  const executable = await referenceBackend.compile(program, { precision: 'float64' })
  executable.writeAll(packState(layout, state))
  return executable.run('answers', { x })
}
