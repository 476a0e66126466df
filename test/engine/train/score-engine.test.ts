import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import { kernelName, scoreGraph, scoreState } from '../compiler/score-cases.ts'
import type { ScoreCase } from '../compiler/score-cases.ts'
import { expectClose } from '../ops/oracle-harness.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'

type Tensors = Readonly<Record<string, OracleTensor>>

interface GradientCase extends ScoreCase {
  readonly x: OracleTensor
  readonly labels: readonly number[]
  readonly snip: { readonly grad: Tensors; readonly score_if_nll_on_raw_logits: Tensors }
  readonly grasp: {
    readonly temperature: number
    readonly g: Tensors
    readonly Hg: Tensors
    readonly two_halves: { readonly batches: readonly (readonly [number, number])[]; readonly Hg: Tensors }
  }
}

interface FlowCase extends ScoreCase {
  readonly iterations: readonly { readonly scores: readonly number[]; readonly threshold: number }[]
}

const FLOAT64 = { precision: 'float64' } as const

function engineOf(given: GradientCase, rows: readonly (readonly [number, number])[]) {
  const width = given.x.data.length / given.labels.length
  const batches = rows.map(([from, to]) => ({
    x: Float64Array.from(given.x.data.slice(from * width, to * width)),
    y: Int32Array.from(given.labels.slice(from, to)),
  }))
  return createScoreEngine(scoreGraph(given), scoreState(given), batches, referenceBackend, FLOAT64)
}

function expectKernels(what: string, got: ReadonlyMap<string, Float64Array>, expected: Tensors): void {
  expect([...got.keys()].sort()).toEqual(Object.keys(expected).map(kernelName).sort())
  for (const [name, tensor] of Object.entries(expected)) {
    const largest = Math.max(...tensor.data.map(Math.abs))
    const unit = { shape: tensor.shape, data: tensor.data.map((entry) => entry / largest) }
    expectClose(
      `${what} ${name}`,
      got.get(kernelName(name))?.map((entry) => entry / largest),
      unit,
      1e-8,
    )
  }
}

describe.each(oracle<{ cases: GradientCase[] }>('snip_grasp').cases)('scores of $name', (given) => {
  const whole = [[0, given.labels.length]] as const

  test('gradient of the cross entropy', async () => {
    expectKernels('g', await engineOf(given, whole).gradients('cross-entropy', 1), given.snip.grad)
  })

  test('gradient of the negative logit, as a score', async () => {
    const engine = engineOf(given, whole)
    const gradient = await engine.gradients('negative-logit', 1)
    const scores = new Map(
      [...gradient].map(([name, data]) => [
        name,
        data.map((g, i) => Math.abs(g * (engine.values.get(name)?.[i] ?? Number.NaN))),
      ]),
    )
    const total = [...scores.values()].reduce((sum, data) => data.reduce((a, b) => a + b, sum), 0)
    const expected = given.snip.score_if_nll_on_raw_logits
    const all = Object.values(expected).reduce((sum, { data }) => data.reduce((a, b) => a + b, sum), 0)
    for (const data of scores.values())
      data.forEach((score, i) => {
        data[i] = (score * all) / total
      })
    expectKernels('score', scores, expected)
  })

  test('gradient and exact Hessian-gradient product with temperature', async () => {
    const { gradient, product } = await engineOf(given, whole).hessianGradient(given.grasp.temperature)
    expectKernels('g', gradient, given.grasp.g)
    expectKernels('Hg', product, given.grasp.Hg)
  })

  test('product over two batches: (H₁ + H₂)(g₁ + g₂)', async () => {
    const { batches, Hg } = given.grasp.two_halves
    const { product } = await engineOf(given, batches).hessianGradient(given.grasp.temperature)
    expectKernels('Hg', product, Hg)
  })
})

describe.each(oracle<{ cases: FlowCase[] }>('synflow').cases)('synaptic flow of $name', (given) => {
  test('scores of the first rounds, each on what the rounds before have kept', async () => {
    const batch = { x: new Float64Array(1), y: new Int32Array(1) }
    const engine = createScoreEngine(scoreGraph(given), scoreState(given), [batch], referenceBackend, FLOAT64)
    const kernels = new Map([...engine.values].map(([name, data]) => [name, data.slice()]))
    for (const { scores: expected, threshold } of given.iterations.slice(0, 8)) {
      const flow = await engine.synapticFlow(kernels, 'logits')
      const scores = given.prunable.flatMap((name) => {
        const values = kernels.get(kernelName(name)) ?? new Float64Array()
        return Array.from(flow.get(kernelName(name)) ?? [], (g, i) => Math.abs(g * values[i]))
      })
      const largest = Math.max(...expected)
      expectClose(
        'score',
        scores.map((score) => score / largest),
        { shape: [expected.length], data: expected.map((score) => score / largest) },
        1e-6,
      )
      let at = 0
      for (const name of given.prunable) {
        const values = kernels.get(kernelName(name)) ?? new Float64Array()
        for (let i = 0; i < values.length; i++, at++)
          if (expected[at] <= threshold * (1 + 1e-6)) values[i] = 0
      }
    }
  })

  test('log-softmax is blind to a common shift of the logits', async () => {
    const batch = { x: new Float64Array(1), y: new Int32Array(1) }
    const engine = createScoreEngine(scoreGraph(given), scoreState(given), [batch], referenceBackend, FLOAT64)
    const name = kernelName('w3')
    const w3 = engine.values.get(name) ?? new Float64Array()
    const flow = await engine.synapticFlow(engine.values, 'log-softmax')
    // Σ log softmax is blind to a common shift of the logits: along it, Σ over classes of ∂R/∂w is 0.
    const classes = given.params.w3.shape[1]
    const rows = Array.from({ length: w3.length / classes }, (_, row) =>
      (flow.get(name) ?? new Float64Array()).subarray(row * classes, (row + 1) * classes),
    )
    for (const row of rows) {
      expect(Math.abs(row.reduce((a, b) => a + b, 0))).toBeLessThan(1e-10 * Math.max(1, ...row.map(Math.abs)))
    }
    expect(Math.max(...rows.flatMap((row) => [...row]))).toBeGreaterThan(0)
  })

  test('without biases the flow of a rectified network is homogeneous in each kernel', async () => {
    const batch = { x: new Float64Array(1), y: new Int32Array(1) }
    const graph = scoreGraph({ ...given, activation: 'relu' })
    const engine = createScoreEngine(graph, scoreState(given), [batch], referenceBackend, FLOAT64)
    const first = kernelName(given.prunable[0])
    const scaled = new Map(
      [...engine.values].map(([name, data]) => [
        name,
        data.map((entry) => (name === first ? 8 * entry : entry)),
      ]),
    )
    const flows = [
      await engine.synapticFlow(engine.values, 'logits', 'none'),
      await engine.synapticFlow(scaled, 'logits', 'none'),
      await engine.synapticFlow(engine.values, 'logits'),
      await engine.synapticFlow(scaled, 'logits'),
    ]
    const largest = (flow: ReadonlyMap<string, Float64Array>, name: string): number =>
      Math.max(...(flow.get(name) ?? []).map(Math.abs))
    const last = kernelName('w3')
    const ratio = largest(flows[1], last) / largest(flows[0], last)
    if (given.network === 'mlp') {
      expect(ratio).toBeCloseTo(8, 9)
      expect(largest(flows[3], last) / largest(flows[2], last)).not.toBeCloseTo(8, 2)
    }
    // Through batch norm the running mean, which is no bias, stays; only a fresh one is 0.
    expect(largest(flows[0], first)).toBeGreaterThan(0)
  })
})
