/** What the EOI paper's public code computes, against an independent implementation (published.py). */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { runDensities } from '../../../src/engine/train/densities.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import { Stream } from '../../../src/engine/rng.ts'
import type { Activation } from '../../../src/shared/graph/types.ts'
import { publishedLogSoftmax } from '../../../src/shared/methods/traits.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import type { OracleTensor } from '../../oracle.ts'
import { perceptron } from '../compiler/models.ts'

interface Network {
  readonly name: string
  readonly activation: Activation
  readonly density: number
  readonly kernels: readonly OracleTensor[]
  readonly biases: readonly OracleTensor[]
  readonly masks: readonly string[]
}
interface Flow extends Network {
  readonly log_softmax: boolean
  readonly remaining: number
  readonly expected: number
  readonly stops: boolean
}
interface Grasp extends Network {
  readonly batch: number
  readonly x: OracleTensor
  readonly labels: readonly number[]
  readonly hg: readonly OracleTensor[]
}
const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/published.json', import.meta.url), 'utf8'),
) as { readonly synflow: readonly Flow[]; readonly grasp: readonly Grasp[] }

const FLOAT64 = { precision: 'float64' } as const

function modelOf({ kernels, biases, activation }: Network) {
  const sizes = [kernels[0].shape[0], ...kernels.map(({ shape }) => shape[1])]
  const parameters = new Map([
    ...kernels.map(({ data }, k) => [`w${k + 1}.kernel`, Float64Array.from(data)] as const),
    ...biases.map(({ data }, k) => [`w${k + 1}.bias`, Float64Array.from(data)] as const),
  ])
  return { graph: perceptron(sizes, activation), state: { parameters, masks: new Map<string, Uint8Array>() } }
}

test.each(fixture.synflow)('SynFlow as published: $name', async (given) => {
  const { graph, state } = modelOf(given)
  const batch = { x: new Float64Array(given.kernels[0].shape[0]), y: new Int32Array(1) }
  const scores = createScoreEngine(graph, state, [batch], referenceBackend, FLOAT64)
  const asked = densities('synflow', {
    kernels: scores.kernels,
    density: given.density,
    variant: 'published',
    stream: Stream.root(1),
    scores,
    activation: given.activation,
    publishedLogSoftmax: given.log_softmax,
  })
  if (given.stops) {
    await expect(asked).rejects.toMatchObject({
      code: 'impossible',
      where: 'sparsity.variant',
      message: expect.stringContaining(
        `ends with ${given.remaining} of ${given.kernels.reduce((sum, { data }) => sum + data.length, 0)} ` +
          `prunable parameters, where ${Math.round(given.expected)} are asked`,
      ) as string,
    })
    return
  }
  const { masks } = await asked
  expect([...(masks?.values() ?? [])].map((mask) => mask.join(''))).toEqual(given.masks)
})

test.each(fixture.grasp)('GraSP as published sums over all batches: $name', async (given) => {
  const { graph, state } = modelOf(given)
  const width = given.x.shape[1]
  const starts = given.labels.flatMap((_, k) => (k % given.batch === 0 ? [k] : []))
  const batches = starts.map((start) => {
    const end = Math.min(start + given.batch, given.labels.length)
    return {
      x: Float64Array.from(given.x.data.slice(start * width, end * width)),
      y: Int32Array.from(given.labels.slice(start, end)),
    }
  })
  const scores = createScoreEngine(graph, state, batches, referenceBackend, FLOAT64)
  const { product } = await scores.hessianGradient(200)
  given.hg.forEach(({ data }, k) => {
    const largest = Math.max(...data.map(Math.abs))
    product.get(`w${k + 1}.kernel`)?.forEach((entry, i) => {
      expect(Math.abs(entry - data[i])).toBeLessThan(1e-9 * largest)
    })
  })
  const { masks } = await densities('grasp', {
    kernels: scores.kernels,
    density: given.density,
    variant: 'published',
    stream: Stream.root(1),
    scores,
  })
  expect([...(masks?.values() ?? [])].map((mask) => mask.join(''))).toEqual(given.masks)
})

const perceptronSpec = (activation: Activation, variant: 'literature' | 'published') =>
  parseSpec({
    model: { depth: 3, width: 20, activation },
    sparsity: { density: 0.1, distribution: 'synflow', variant },
  })

test.each(['tanh', 'hard-tanh', 'sigmoid'] as const)(
  'a run of %s ends where the public code stops; the literature’s is linearised, and says why',
  async (activation) => {
    const ask = (variant: 'literature' | 'published') => {
      const spec = perceptronSpec(activation, variant)
      const graph = buildModel(spec.model, [28, 28, 1], 10)
      return runDensities(spec, graph, null, referenceBackend, () => undefined)
    }
    // Sigmoid's last hidden layer is not saturated, so that some weights are left; too few all the same.
    const left = activation === 'sigmoid' ? '[1-9]\\d*' : '0'
    await expect(ask('published')).rejects.toThrow(
      new RegExp(`ends with ${left} of 16680 prunable.*With ${activation}, absolute weights saturate`),
    )
    const { notes, layers } = await ask('literature')
    expect(notes).toEqual([expect.stringMatching(new RegExp(`saturate ${activation} in round 1`))])
    expect(Math.min(...layers.map(({ nonzeros }) => nonzeros))).toBeGreaterThan(0)
  },
)

test('EfficientNet’s scores are of its raw logits as published, not in the earlier reading', async () => {
  const losses: string[] = []
  const spy = (variant: 'published' | 'published-earlier', name: 'efficientnet-b0' | 'resnet') => {
    const spec = parseSpec({ model: { name }, sparsity: { density: 0.5, distribution: 'snip', variant } })
    const request = { kernels: [], density: 0.5, variant, stream: Stream.root(1) }
    return densities('snip', {
      ...request,
      publishedLogSoftmax: publishedLogSoftmax(spec.model, spec.sparsity),
      scores: {
        kernels: [],
        values: new Map(),
        gradients: (loss) => {
          losses.push(loss)
          return Promise.resolve(new Map<string, Float64Array>())
        },
        hessianGradient: () => Promise.reject(new Error('not asked')),
        synapticFlow: () => Promise.reject(new Error('not asked')),
        distance: () => Promise.reject(new Error('not asked')),
        inputShape: [],
      },
    })
  }
  await spy('published', 'efficientnet-b0')
  await spy('published-earlier', 'efficientnet-b0')
  await spy('published', 'resnet')
  expect(losses).toEqual(['negative-logit', 'cross-entropy', 'cross-entropy'])
})
