import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { Stream } from '../../../src/engine/rng.ts'
import { balancedBatch, balancedSample, wholeSet } from '../../../src/engine/train/score-batches.ts'
import type { ScoreSample } from '../../../src/engine/train/score-batches.ts'
import { createScoreEngine } from '../../../src/engine/train/score-engine.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { oracle } from '../../oracle.ts'
import type { OracleTensor } from '../../oracle.ts'
import { kernelName, scoreGraph, scoreState } from '../compiler/score-cases.ts'
import type { ScoreCase } from '../compiler/score-cases.ts'

const stream = () => Stream.root(3).split('scores')

async function labelsOf(sample: ScoreSample): Promise<number[]> {
  const labels: number[] = []
  for (let index = 0; index < sample.sizes.length; index++) {
    const { y } = await sample.batch(index)
    expect(y.length).toBe(sample.sizes[index])
    labels.push(...y)
  }
  return labels
}

const counts = (labels: readonly number[]) => [0, 1, 2, 3].map((c) => labels.filter((y) => y === c).length)

describe('the sample of GraSP', () => {
  test('holds every example of every class, in batches as even as can be', async () => {
    const sample = await balancedSample(madeDataset(), 25, 32, stream())
    expect(sample.sizes).toEqual([25, 25, 25, 25])
    expect(counts(await labelsOf(sample))).toEqual([25, 25, 25, 25])
    const uneven = await balancedSample(madeDataset(), 7, 10, stream())
    expect(uneven.sizes).toEqual([10, 9, 9])
    expect(counts(await labelsOf(uneven))).toEqual([7, 7, 7, 7])
    expect(uneven.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12)
  })

  test('takes what a class has where it has fewer', async () => {
    const sample = await balancedSample(madeDataset({ count: 40 }), 25, 64, stream())
    expect(sample.sizes).toEqual([36])
  })

  test('is the whole training set as published, and was one cut batch before', async () => {
    const dataset = madeDataset()
    const whole = wholeSet(dataset, 64, stream())
    expect(whole.sizes).toEqual([64, 64, 52])
    expect(counts(await labelsOf(whole)).reduce((sum, count) => sum + count, 0)).toBe(dataset.size('train'))
    expect((await balancedBatch(dataset, 64, stream())).sizes).toEqual([64])
  })
})

interface Case extends ScoreCase {
  readonly x: OracleTensor
  readonly labels: readonly number[]
  readonly grasp: { readonly temperature: number; readonly Hg: Readonly<Record<string, OracleTensor>> }
}
const mlps = oracle<{ cases: Case[] }>('snip_grasp').cases.filter(({ params }) => !('bn1_gamma' in params))

test.each(mlps.filter(({ x }) => x.shape.length === 2))(
  'H·g of $name over uneven batches is that of one big batch, as torch has it',
  async (given) => {
    const width = given.x.shape[1]
    const sizes = [3, 2, given.labels.length - 5]
    const sample: ScoreSample = {
      sizes,
      weights: sizes.map((size) => size / given.labels.length),
      batch: (index) => {
        const start = sizes.slice(0, index).reduce((sum, size) => sum + size, 0)
        const end = start + sizes[index]
        return {
          x: Float64Array.from(given.x.data.slice(start * width, end * width)),
          y: Int32Array.from(given.labels.slice(start, end)),
        }
      },
    }
    const engine = createScoreEngine(scoreGraph(given), scoreState(given), sample, referenceBackend, {
      precision: 'float64',
    })
    const told: number[] = []
    const { product } = await engine.hessianGradient(given.grasp.temperature, (part) => told.push(part))
    for (const [name, { data }] of Object.entries(given.grasp.Hg)) {
      const largest = Math.max(...data.map(Math.abs))
      product.get(kernelName(name))?.forEach((entry, k) => {
        expect(Math.abs(entry - data[k]) / largest).toBeLessThan(1e-8)
      })
    }
    expect(told.at(-1)).toBe(1)
    engine.dispose()
  },
)
