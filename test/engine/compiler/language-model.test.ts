// Language models: what a token may see, and gradients against finite differences.
import { describe, expect, it } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import { compileTraining } from '../../../src/engine/compiler/training.ts'
import { layoutOf, packState, unpackState } from '../../../src/engine/program/layout.ts'
import type { ModelState } from '../../../src/engine/program/types.ts'
import { predictLogits } from '../../../src/engine/train/predict.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { withSparseAttention } from '../../../src/shared/graph/sparse-attention.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { modelSchema } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { parameterValues, uniform } from './zoo-harness.ts'

const TIME = 6
const VOCABULARY = 7
const gpt = (more: object = {}): LayerGraph =>
  buildModel(modelSchema.parse({ name: 'gpt', depth: 2, width: 12, heads: 3, ...more }), [TIME], VOCABULARY)
const stateOf = (graph: LayerGraph): ModelState => {
  const specs = parametersOf(graph)
  return {
    parameters: new Map(specs.map((spec) => [spec.name, parameterValues(spec, 5)])),
    masks: new Map(
      specs
        .filter(({ maskable }) => maskable)
        .map(({ name, shape }) => [name, new Uint8Array(shape[0] * shape[1]).fill(1)]),
    ),
  }
}
const tokensOf = (count: number): Float64Array =>
  uniform('tokens', count * TIME, 5).map((u) => Math.floor((u + 0.5) * VOCABULARY))

const FORMS = {
  'fused attention, tied head': gpt(),
  'fused attention, free head': gpt({ tied: false }),
  'sparse attention': withSparseAttention(gpt()),
}

describe.each(Object.entries(FORMS))('a language model, %s', (_, graph) => {
  it.each([referenceBackend, sparseBackend])(
    'predicts nothing from what comes later, $name',
    async (backend) => {
      const state = stateOf(graph)
      const x = Float32Array.from(tokensOf(1))
      const logits = (tokens: Float32Array) => predictLogits({ graph, state, backend, x: tokens })
      const before = await logits(x)
      for (let place = 0; place < TIME; place++) {
        const other = x.slice()
        other[place] = (other[place] + 1) % VOCABULARY
        const after = await logits(other)
        const row = (values: Float32Array, at: number) => values.slice(at * VOCABULARY, (at + 1) * VOCABULARY)
        for (let at = 0; at < TIME; at++) {
          if (at < place) expect(row(after, at), `${place} → ${at}`).toEqual(row(before, at))
          else expect(row(after, at), `${place} → ${at}`).not.toEqual(row(before, at))
        }
      }
    },
  )

  it('has the gradient that differences of the loss tell', async () => {
    const batch = 2
    const training = compileTraining(graph, {
      optimizer: 'sgd',
      momentum: 0,
      nesterov: false,
      weightDecay: 0,
      batchSize: batch,
      evaluationBatchSize: batch,
      labelSmoothing: 0,
      denseGradients: false,
    })
    const executable = await referenceBackend.compile(training.program, { precision: 'float64' })
    const layout = layoutOf(graph, true)
    const x = tokensOf(batch)
    const y = Int32Array.from({ length: batch * TIME }, (_, i) => (3 * i) % VOCABULARY)
    const state = stateOf(graph)
    const weights = Float64Array.of(1, 1)
    const lossAt = (changed: ModelState): number => {
      executable.writeAll(packState(layout, changed))
      return executable.run('evaluate', { x, y, weights })['loss'][0] / batch
    }
    executable.writeAll(packState(layout, state))
    executable.run('train', { x, y, rate: Float64Array.of(1) })
    const after = unpackState(layout, executable.readAll()).parameters
    for (const [name, given] of state.parameters) {
      const values = Float64Array.from(given)
      const moved = after.get(name) ?? []
      const direction = uniform(`direction.${name}`, values.length, 5)
      const gradient = values.reduce((sum, value, i) => sum + (value - moved[i]) * direction[i], 0)
      const near = (step: number) =>
        lossAt({
          ...state,
          parameters: new Map([...state.parameters, [name, values.map((v, i) => v + step * direction[i])]]),
        })
      const differences = (near(1e-5) - near(-1e-5)) / 2e-5
      expect(Math.abs(gradient - differences), name).toBeLessThan(1e-8 + 1e-6 * Math.abs(differences))
    }
    executable.dispose()
  })
})
