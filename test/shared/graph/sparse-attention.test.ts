/** The network with attention's kernels apart is the network. */
import { expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import { packState } from '../../../src/engine/program/layout.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { runIdentity, unusedFields } from '../../../src/shared/spec/usage.ts'
import { buildNetwork } from '../../../src/shared/zoo/index.ts'

const model = { name: 'deit-tiny', widthMultiplier: 1 / 3, depthMultiplier: 1 / 6 } as const
const network = (attention: boolean): LayerGraph =>
  buildNetwork(parseSpec({ model, sparsity: { attention } }), [32, 32, 3], 5)

async function logits(graph: LayerGraph, parameters: Map<string, Float32Array>): Promise<ArrayLike<number>> {
  const options = { momentum: 0, nesterov: false, weightDecay: 0, labelSmoothing: 0 } as const
  const training = compileTraining(graph, {
    optimizer: 'sgd',
    ...options,
    batchSize: 2,
    denseGradients: false,
  })
  const executable = await referenceBackend.compile(training.program, { precision: 'float64' })
  executable.writeAll(packState(training.layout, { parameters, masks: new Map() }))
  const stream = Stream.root(3)
  const x = Float32Array.from({ length: 2 * 32 * 32 * 3 }, () => stream.uniform() - 0.5)
  const result = executable.run('logits', { x })['logits']
  executable.dispose()
  return result
}

it('gives the same logits from the same weights', async () => {
  const stream = Stream.root(4)
  const whole = new Map(
    parametersOf(network(false)).map(({ name, shape }) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => stream.uniform() - 0.5),
    ]),
  )
  const apart = new Map(
    parametersOf(network(true)).map(({ name, shape }) => {
      const part = ['.query.', '.key.', '.value.'].findIndex((each) => name.includes(each))
      if (part < 0) return [name, whole.get(name) ?? new Float32Array(0)]
      const fused = whole.get(name.replace(/\.(query|key|value)\./, '.qkv.')) ?? new Float32Array(0)
      const features = shape[shape.length - 1]
      const taken = Float32Array.from(
        { length: sizeOf(shape) },
        (_, i) => fused[Math.floor(i / features) * 3 * features + part * features + (i % features)],
      )
      return [name, taken]
    }),
  )
  const expected = await logits(network(false), whole)
  const got = await logits(network(true), apart)
  expect(Array.from(expected).some((value) => Math.abs(value) > 1e-3)).toBe(true)
  Array.from(expected).forEach((value, i) => expect(got[i]).toBeCloseTo(value, 10))
})

it('has four maskable kernels an attention, beside those of the MLP blocks', () => {
  const maskable = (attention: boolean): string[] =>
    parametersOf(network(attention))
      .filter((parameter) => parameter.maskable)
      .map(({ name }) => name)
  const more = maskable(true).filter((name) => !maskable(false).includes(name))
  expect(more).toHaveLength(2 * 4)
  expect(more).toContain('block1.attention.query.kernel')
})

it('is another run where it is on, and told where there is nothing for it', () => {
  const identity = (attention?: boolean): string => runIdentity(parseSpec({ model, sparsity: { attention } }))
  expect(identity(false)).toBe(identity())
  expect(identity(true)).not.toBe(identity())
  const mlp = parseSpec({ sparsity: { attention: true } })
  expect(unusedFields(mlp).get('sparsity.attention')).toBe('mlp has no attention.')
})
