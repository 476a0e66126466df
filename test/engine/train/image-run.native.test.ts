import { expect, it } from 'vitest'
import { openBackend } from '../../../src/engine/backend/index.ts'
import { trainRun } from '../../../src/engine/train/loop.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { madeDataset } from '../../fakes/made-dataset.ts'
import { recorder } from '../../fakes/recorder.ts'

const spec = parseSpec({
  model: { name: 'resnet', depth: 20, widthMultiplier: 0.25, dropout: 0.1, stochasticDepth: 0.2 },
  sparsity: { density: 0.5, distribution: 'erk' },
  initialization: { scheme: 'eoi' },
  training: {
    epochs: 1,
    batchSize: 20,
    optimizer: 'adamw',
    learningRate: 0.004,
    weightDecay: 0.05,
    schedule: 'cosine',
    warmup: 0.3,
    labelSmoothing: 0.1,
    evaluations: 9,
  },
})

async function losses(name: string): Promise<number[]> {
  const callbacks = recorder()
  const dataset = madeDataset({ side: 8, channels: 3, augment: true })
  const backend = await openBackend(name)
  await trainRun({ spec, backend, dataset, callbacks, resumeFrom: null })
  return callbacks.points
    .filter(({ phase, name: what }) => phase === 'train' && what === 'loss')
    .map(({ value }) => value)
}

it('AdamW, warm-up, cosine, smoothing, dropout and stochastic depth train alike on both', async () => {
  const expected = await losses('reference')
  const found = await losses('tensorflow')
  expect(found).toHaveLength(9)
  // Float32 against float64 through batch norm and Adam's division drifts apart, how fast depends on the
  // processor; the first reports are the same.
  expect(found[0]).toBeCloseTo(expected[0], 4)
  expect(found[1]).toBeCloseTo(expected[1], 2)
  expect(found.at(-1)).toBeLessThan(found[0])
  expect(expected.at(-1)).toBeLessThan(expected[0])
})
