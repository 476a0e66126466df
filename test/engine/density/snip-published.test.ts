/** SNIP's two losses, against finite differences of a network computed by hand. */
import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import { perceptron, randomBatch, randomState } from '../compiler/models.ts'

const FLOAT64 = { precision: 'float64' } as const

/** Forward pass of a chain of dense layers with tanh between them, in plain loops. */
function logitsOf(kernels: readonly Float64Array[], biases: readonly Float64Array[], x: Float64Array) {
  let at = x
  kernels.forEach((kernel, layer) => {
    const units = biases[layer].length
    const next = Float64Array.from(biases[layer])
    at.forEach((value, i) => {
      for (let j = 0; j < units; j++) next[j] += value * kernel[i * units + j]
    })
    at = layer === kernels.length - 1 ? next : next.map(Math.tanh)
  })
  return at
}

test('SNIP’s scores are those of finite differences: −logit as published, else cross entropy', async () => {
  const sizes = [5, 7, 6, 4]
  const graph = perceptron(sizes, 'tanh')
  const { parameters } = randomState(graph, 1, 3)
  const { x, y } = randomBatch(9, 5, 4, 8)
  const names = ['w1', 'w2', 'w3']
  const valuesOf = (part: string) =>
    names.map((name) => Float64Array.from(parameters.get(`${name}.${part}`) ?? []))
  const [kernels, biases] = [valuesOf('kernel'), valuesOf('bias')]
  /** Mean over the batch of minus the label's logit, or of minus its log-softmax. */
  const lossOf = (raw: boolean): number => {
    let sum = 0
    y.forEach((label, row) => {
      const logits = logitsOf(kernels, biases, x.subarray(row * 5, row * 5 + 5))
      const partition = raw ? 0 : Math.log(logits.reduce((all, logit) => all + Math.exp(logit), 0))
      sum += partition - logits[label]
    })
    return sum / y.length
  }
  const STEP = 1e-5
  const masks: string[] = []
  for (const variant of ['published', 'literature'] as const) {
    const own = kernels.flatMap((kernel) =>
      [...kernel].map((weight, k) => {
        const at = (by: number): number => {
          kernel[k] = weight + by
          const loss = lossOf(variant === 'published')
          kernel[k] = weight
          return loss
        }
        return Math.abs((weight * (at(STEP) - at(-STEP))) / (2 * STEP))
      }),
    )
    const engine = createScoreEngine(
      graph,
      { parameters, masks: new Map() },
      [{ x, y }],
      referenceBackend,
      FLOAT64,
    )
    const loss = variant === 'published' ? 'negative-logit' : 'cross-entropy'
    const gradients = await engine.gradients(loss, 1)
    const scores = engine.kernels.flatMap(({ name }) => {
      const [values, gradient] = [engine.values.get(name), gradients.get(name)]
      return [...(values ?? [])].map((value, k) => Math.abs(value * (gradient?.[k] ?? NaN)))
    })
    expect(scores).toHaveLength(5 * 7 + 7 * 6 + 6 * 4)
    const largest = Math.max(...own)
    scores.forEach((score, k) => expect(Math.abs(score - own[k])).toBeLessThan(1e-8 * largest))
    const asked = { kernels: engine.kernels, density: 0.3, variant, stream: Stream.root(1), scores: engine }
    const answer = await densities('snip', asked)
    const got = [...(answer.masks?.values() ?? [])].map((mask) => mask.join('')).join('')
    const threshold = own.toSorted((a, b) => b - a)[Math.floor(0.3 * own.length) - 1]
    expect(got).toBe(own.map((score) => (score >= threshold ? 1 : 0)).join(''))
    masks.push(got)
    engine.dispose()
  }
  // The two losses keep other weights.
  expect(masks[0]).not.toBe(masks[1])
})
