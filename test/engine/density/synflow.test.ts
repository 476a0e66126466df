import { expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import type { ScoreEngine } from '../../../src/engine/density/types.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import { ACTIVATIONS } from '../../../src/shared/graph/types.ts'
import type { ParameterSpec } from '../../../src/shared/graph/types.ts'
import { saturates } from '../../../src/shared/theory/activations.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { perceptron } from '../compiler/models.ts'
import { maskable } from './kernels.ts'

interface Iteration {
  readonly scores: readonly number[]
  readonly kept_per_layer: Readonly<Record<string, number>>
}
interface Case {
  readonly name: string
  readonly network: string
  readonly activation: string
  readonly density: number
  readonly prunable: readonly string[]
  readonly params: Readonly<Record<string, OracleTensor>>
  readonly iterations: readonly Iteration[]
  readonly final: { readonly kept: number; readonly mask: Readonly<Record<string, OracleTensor>> }
}

/** An engine of nothing but the flow. */
function flowEngine(
  kernels: readonly ParameterSpec[],
  values: ReadonlyMap<string, Float64Array>,
  synapticFlow: ScoreEngine['synapticFlow'],
): ScoreEngine {
  const missing = () => Promise.reject(new Error('only the flow is given'))
  return {
    kernels,
    values,
    gradients: missing,
    distance: missing,
    inputShape: [],
    hessianGradient: missing,
    synapticFlow,
  }
}

/** Synaptic flow of a chain of dense layers, by hand: forward on ones, backward from ones. */
function chainEngine(
  kernels: readonly ParameterSpec[],
  values: ReadonlyMap<string, Float64Array>,
  biases: readonly Float64Array[],
  activation: string,
  watch?: (gradients: Map<string, Float64Array>, weights: ReadonlyMap<string, Float64Array>) => void,
): ScoreEngine {
  return flowEngine(kernels, values, (weights, _output, biasMode) => {
    const inputs: Float64Array[] = [new Float64Array(kernels[0].shape[0]).fill(1)]
    const slopes: Float64Array[] = []
    kernels.forEach(({ name, shape: [rows, cols] }, layer) => {
      const w = weights.get(name) as Float64Array
      const z = biasMode === 'none' ? new Float64Array(cols) : biases[layer].map(Math.abs)
      for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) z[j] += inputs[layer][i] * w[i * cols + j]
      const last = layer === kernels.length - 1
      slopes.push(z.map((x) => (last ? 1 : activation === 'tanh' ? 1 - Math.tanh(x) ** 2 : x > 0 ? 1 : 0)))
      inputs.push(z.map((x) => (last ? x : activation === 'tanh' ? Math.tanh(x) : Math.max(0, x))))
    })
    const gradients = new Map<string, Float64Array>()
    let cotangent = new Float64Array(kernels[kernels.length - 1].shape[1]).fill(1)
    for (let layer = kernels.length - 1; layer >= 0; layer--) {
      const {
        name,
        shape: [rows, cols],
      } = kernels[layer]
      const w = weights.get(name) as Float64Array
      const delta = cotangent.map((value, j) => value * slopes[layer][j])
      const gradient = new Float64Array(rows * cols)
      cotangent = new Float64Array(rows)
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          gradient[i * cols + j] = inputs[layer][i] * delta[j]
          cotangent[i] += w[i * cols + j] * delta[j]
        }
      }
      gradients.set(name, gradient)
    }
    watch?.(gradients, weights)
    return Promise.resolve(gradients)
  })
}

const chains = oracle<{ cases: readonly Case[] }>('synflow').cases.filter(({ network }) => network === 'mlp')

test.each(chains)('$name: scores of all rounds and the final mask are the oracle’s', async (one) => {
  const kernels = one.prunable.map((name) => maskable(name, one.params[name].shape))
  const values = new Map(one.prunable.map((name) => [name, Float64Array.from(one.params[name].data)]))
  const biases = one.prunable.map((name) => Float64Array.from(one.params[name.replace('w', 'b')].data))
  let round = 0
  const engine = chainEngine(kernels, values, biases, one.activation, (gradients, weights) => {
    const { scores } = one.iterations[round]
    const top = Math.max(...scores)
    let at = 0
    for (const { name } of kernels) {
      const gradient = gradients.get(name) as Float64Array
      gradient.forEach((g, k) =>
        expect(Math.abs(Math.abs(g * (weights.get(name) as Float64Array)[k]) - scores[at++])).toBeLessThan(
          1e-6 * top,
        ),
      )
    }
    const kept = kernels.map(
      ({ name }) => (weights.get(name) as Float64Array).filter((value) => value !== 0).length,
    )
    if (round > 0)
      expect(kept).toEqual(one.prunable.map((name) => one.iterations[round - 1].kept_per_layer[name]))
    round++
  })
  const answer = await densities('synflow', {
    kernels,
    density: one.density,
    variant: 'literature',
    stream: Stream.root(1),
    scores: engine,
  })
  expect(round).toBe(100)
  expect(answer.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(one.final.kept)
  for (const [name, { data }] of Object.entries(one.final.mask))
    expect([...(answer.masks?.get(name) ?? [])]).toEqual([...data])
  expect(answer.notes).toEqual([])
})

function deepChain(depth: number, width: number, scale: number) {
  const kernels = Array.from({ length: depth }, (_, k) => maskable(`layer${k}`, [width, width]))
  const draw = Stream.root(4)
  const values = new Map(
    kernels.map(({ name }) => [
      name,
      Float64Array.from({ length: width * width }, () => scale * draw.normal()),
    ]),
  )
  return { kernels, values, biases: kernels.map(() => new Float64Array(width)) }
}

test('levelling changes no mask of a homogeneous chain, up to ties', async () => {
  const ask = async (scale: number) => {
    const { kernels, values, biases } = deepChain(400, 8, scale)
    const scores = chainEngine(kernels, values, biases, 'relu')
    return densities('synflow', {
      kernels,
      density: 0.5,
      variant: 'literature',
      stream: Stream.root(1),
      scores,
    })
  }
  const overflowing = await ask(2)
  const moderate = await ask(0.16)
  expect(overflowing.notes.join()).toContain('levelled')
  expect(moderate.notes).toEqual([])
  // By conservation the links of a chain without branches have one score: only such ties may be cut
  // elsewhere.
  let other = 0
  for (const [name, mask] of overflowing.masks ?? []) {
    mask.forEach((bit, k) => {
      if (bit !== moderate.masks?.get(name)?.[k]) other++
    })
  }
  expect(other).toBeLessThan(0.002 * 400 * 64)
})

test('1000 layers of tanh keep something in every layer, and the count asked', async () => {
  const { kernels, values, biases } = deepChain(1000, 8, 1)
  const answer = await densities('synflow', {
    kernels,
    density: 0.5,
    variant: 'literature',
    stream: Stream.root(1),
    scores: chainEngine(kernels, values, biases, 'tanh'),
  })
  expect(answer.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(32_000)
  expect(Math.min(...answer.layers.map(({ nonzeros }) => nonzeros))).toBeGreaterThan(8)
})

test('an activation saturates where the engine’s gradient through a large input is 0', async () => {
  const batch = { x: Float64Array.of(50), y: Int32Array.of(0) }
  for (const activation of ACTIVATIONS) {
    const graph = perceptron([1, 1, 1], activation, false)
    const parameters = new Map(['w1', 'w2'].map((name) => [`${name}.kernel`, Float64Array.of(1)]))
    const state = { parameters, masks: new Map<string, Uint8Array>() }
    const scores = createScoreEngine(graph, state, [batch], referenceBackend, { precision: 'float64' })
    const [slope] = (await scores.gradients('negative-logit', 1)).get('w1.kernel') ?? []
    expect(saturates(activation), activation).toBe(Math.abs(slope) < 1e-6)
    scores.dispose()
  }
  expect(ACTIVATIONS.filter(saturates)).toEqual(['tanh', 'hard-tanh', 'sigmoid'])
})

test.each(ACTIVATIONS)('a flow of %s that is lost is told with its reason', async (activation) => {
  const kernels = [maskable('one', [2, 2]), maskable('two', [2, 2])]
  const values = new Map(kernels.map(({ name }) => [name, Float64Array.of(1, 2, 3, 4)]))
  const filled = (value: number) =>
    new Map(kernels.map(({ name }) => [name, new Float64Array(4).fill(value)]))
  const notes = async (lost: number): Promise<string> => {
    const engine = flowEngine(kernels, values, (_weights, _output, biases) =>
      Promise.resolve(filled(biases === 'none' ? 1 : lost)),
    )
    const request = { kernels, density: 0.5, variant: 'literature', stream: Stream.root(1) } as const
    return (await densities('synflow', { ...request, activation, scores: engine })).notes.join()
  }
  const saturating = ['tanh', 'hard-tanh', 'sigmoid'].includes(activation)
  expect(await notes(0)).toMatch(
    saturating
      ? new RegExp(`^SynFlow: absolute weights saturate ${activation} in round 1`)
      : /^SynFlow: the flow is smaller than float32 tells from 0 in round 1/,
  )
  expect(await notes(Infinity)).toMatch(/^SynFlow: the flow is larger than float32 holds in round 1/)
})
