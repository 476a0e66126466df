import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import type { DensityResult, ScoreEngine } from '../../../src/engine/density/types.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import type { LayerGraph } from '../../../src/shared/graph/types.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { kernelName, scoreGraph, scoreState } from '../compiler/score-cases.ts'
import type { ScoreCase } from '../compiler/score-cases.ts'

interface Masks {
  readonly kept: number
  readonly mask: Readonly<Record<string, OracleTensor>>
}
type FlowCase = ScoreCase & { readonly density: number; readonly final: Masks }
type GradientCase = ScoreCase & {
  readonly x: OracleTensor
  readonly labels: readonly number[]
  readonly snip: { readonly masks: Readonly<Record<string, Masks>> }
  readonly grasp: {
    readonly masks: Readonly<Record<string, Masks>>
    readonly masks_inverted_sign: Readonly<Record<string, Masks>>
  }
}

const ask = (
  name: string,
  density: number,
  scores: ScoreEngine,
  variant: 'literature' | 'published' = 'literature',
  inverted = false,
) => {
  const { kernels } = scores
  return densities(name, { kernels, density, variant, stream: Stream.root(1), scores, inverted })
}

function expectMasks(answer: DensityResult, { kept, mask }: Masks): void {
  expect(answer.layers.reduce((sum, { nonzeros }) => sum + nonzeros, 0)).toBe(kept)
  for (const [name, { data }] of Object.entries(mask))
    expect([...(answer.masks?.get(kernelName(name)) ?? [])]).toEqual([...data])
}

describe.each(['float64', 'float32'] as const)('through the engine, in %s', (precision) => {
  test.each(oracle<{ cases: FlowCase[] }>('synflow').cases)(
    '$name: SynFlow’s mask after 100 rounds is the oracle’s',
    async (given) => {
      const blank = [{ x: new Float64Array(0), y: new Int32Array(1) }]
      const engine = createScoreEngine(scoreGraph(given), scoreState(given), blank, referenceBackend, {
        precision,
      })
      expectMasks(await ask('synflow', given.density, engine), given.final)
      engine.dispose()
    },
  )

  test.each(oracle<{ cases: GradientCase[] }>('snip_grasp').cases)(
    '$name: SNIP’s and GraSP’s masks are the oracle’s',
    async (given) => {
      const batch = { x: Float64Array.from(given.x.data), y: Int32Array.from(given.labels) }
      const engine = createScoreEngine(scoreGraph(given), scoreState(given), [batch], referenceBackend, {
        precision,
      })
      for (const [density, masks] of Object.entries(given.snip.masks))
        expectMasks(await ask('snip', Number(density), engine), masks)
      for (const [density, masks] of Object.entries(given.grasp.masks))
        expectMasks(await ask('grasp', Number(density), engine), masks)
      for (const [density, masks] of Object.entries(given.grasp.masks_inverted_sign)) {
        expectMasks(await ask('grasp', Number(density), engine, 'published'), masks)
        // The sanity row keeps what GraSP prunes, as this code does.
        expectMasks(await ask('grasp', Number(density), engine, 'literature', true), masks)
      }
      engine.dispose()
    },
  )
})

test('SynFlow inverted keeps the lowest scores of each round: a linear network’s by hand', async () => {
  const [inputs, hidden, classes, density] = [5, 7, 4, 0.3]
  const dense = (name: string, from: string, units: number) =>
    ({ name, inputs: [from], kind: 'dense', units, bias: false, maskable: true }) as const
  const graph: LayerGraph = {
    name: 'linear',
    output: 'b',
    classes,
    nodes: [
      { name: 'input', inputs: [], kind: 'input', shape: [inputs] },
      dense('a', 'input', hidden),
      dense('b', 'a', classes),
    ],
  }
  const stream = Stream.root(6)
  const draw = (count: number) => Float64Array.from({ length: count }, () => stream.normal())
  const [a, b] = [draw(inputs * hidden), draw(hidden * classes)]
  const engine = createScoreEngine(
    graph,
    {
      parameters: new Map([
        ['a.kernel', a],
        ['b.kernel', b],
      ]),
      masks: new Map([
        ['a.kernel', new Uint8Array(a.length).fill(1)],
        ['b.kernel', new Uint8Array(b.length).fill(1)],
      ]),
    },
    [{ x: new Float64Array(0), y: new Int32Array(1) }],
    referenceBackend,
    { precision: 'float64' },
  )
  const made = await ask('synflow', density, engine, 'literature', true)
  engine.dispose()
  // |w| of a times what its output passes on; |w| of b times what its input gets.
  const [one, two] = [a.map(Math.abs), b.map(Math.abs)]
  let kept = Array.from({ length: a.length + b.length }, (_, k) => k)
  for (let round = 1; round <= 100; round++) {
    const out = (j: number) =>
      two.subarray(j * classes, (j + 1) * classes).reduce((sum, value) => sum + value, 0)
    const into = (j: number) => one.reduce((sum, value, k) => (k % hidden === j ? sum + value : sum), 0)
    const score = (k: number): number =>
      k < a.length ? one[k] * out(k % hidden) : two[k - a.length] * into(Math.floor((k - a.length) / classes))
    const scores = new Map(kept.map((k) => [k, score(k)]))
    const count = a.length + b.length - Math.floor((1 - density ** (round / 100)) * (a.length + b.length))
    kept = kept.sort((x, y) => (scores.get(x) ?? 0) - (scores.get(y) ?? 0) || x - y).slice(0, count)
    const open = new Set(kept)
    one.forEach((_, k) => {
      if (!open.has(k)) one[k] = 0
    })
    two.forEach((_, k) => {
      if (!open.has(a.length + k)) two[k] = 0
    })
  }
  const mask = [...(made.masks?.get('a.kernel') ?? []), ...(made.masks?.get('b.kernel') ?? [])]
  expect(mask.flatMap((bit, k) => (bit === 1 ? [k] : []))).toEqual(kept.sort((x, y) => x - y))
})
