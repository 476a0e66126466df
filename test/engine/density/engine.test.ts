import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { densities } from '../../../src/engine/density/index.ts'
import type { DensityAnswer, ScoreEngine } from '../../../src/engine/density/types.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
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
) => densities(name, { kernels: scores.kernels, density, variant, stream: Stream.root(1), scores })

function expectMasks(answer: DensityAnswer, { kept, mask }: Masks): void {
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
      }
      engine.dispose()
    },
  )
})
