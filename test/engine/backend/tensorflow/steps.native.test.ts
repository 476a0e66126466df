/** Many steps in one call against as many calls, and batches made on the device against the data set's. */
import { describe, expect, it } from 'vitest'
import { openTensorFlow } from '../../../../src/engine/backend/tensorflow/index.ts'
import type { Executable, Feeds } from '../../../../src/engine/program/backend.ts'
import type { Program } from '../../../../src/engine/program/types.ts'
import { Builder } from '../../../../src/engine/program/builder.ts'
import { packState } from '../../../../src/engine/program/layout.ts'
import { compileTraining } from '../../../../src/engine/compiler/training.ts'
import type { Dataset, ResidentSet, Selection } from '../../../../src/engine/data/types.ts'
import { sum } from '../../../../src/engine/ops/support/make.ts'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { initializeRun } from '../../../../src/engine/train/prepare.ts'
import { runSpecSchema, type RunSpecInput } from '../../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../../src/shared/zoo/index.ts'
import { madeDataset } from '../../../fakes/made-dataset.ts'

const tensorflow = openTensorFlow()
const BATCH = 12

function residentOf(dataset: Dataset): ResidentSet {
  if (!dataset.resident) throw new Error('the data set cannot be resident')
  return dataset.resident
}

const rowsOf = (dataset: Dataset, step: number): Int32Array =>
  Stream.root(5).split('rows', step).permutation(dataset.size('train')).subarray(0, BATCH)
const augmentation = (step: number): Stream => Stream.root(6).split('augmentation', step)

/** Rates and Adam's corrections that differ from step to step. */
function scalarsOf(step: number, adam: boolean): Record<string, number> {
  const rate = 0.02 / (1 + step)
  return adam ? { rate, correction1: 1 - 0.9 ** (step + 1), correction2: 1 - 0.999 ** (step + 1) } : { rate }
}

async function singleFeeds(dataset: Dataset, step: number, adam: boolean): Promise<Feeds> {
  const { x, y } = await dataset.trainBatch(rowsOf(dataset, step), augmentation(step))
  const scalars = Object.entries(scalarsOf(step, adam)).map(([name, value]) => [name, Float32Array.of(value)])
  return { x, y, ...Object.fromEntries(scalars) }
}

function manyFeeds(dataset: Dataset, from: number, count: number, adam: boolean): Feeds {
  const steps = Array.from({ length: count }, (_, i) => from + i)
  const { examples, select } = residentOf(dataset)
  const selections = steps.map((step) => select(rowsOf(dataset, step), augmentation(step)))
  const joined = (name: keyof Selection): Int32Array =>
    Int32Array.from(selections.flatMap((selection) => Array.from(selection[name])))
  const scalars = Object.keys(scalarsOf(0, adam)).map((name) => [
    name,
    Float32Array.from(steps, (step) => scalarsOf(step, adam)[name]),
  ])
  const crops = examples.crops ? { rowCrops: joined('rowCrops'), columnCrops: joined('columnCrops') } : {}
  return { images: joined('images'), ...crops, ...Object.fromEntries(scalars) }
}

interface Case {
  readonly spec: RunSpecInput
  readonly side: number
  readonly channels: number
  readonly augment?: boolean
}

const CASES: Record<string, Case> = {
  'an MLP by SGD': { spec: { model: { depth: 2, width: 10 } }, side: 6, channels: 1 },
  'an MLP whose layers are a loop, by AdamW': {
    spec: { model: { depth: 9, width: 8 }, training: { optimizer: 'adamw' } },
    side: 5,
    channels: 3,
  },
  'augmented images through convolutions and batch norm, by SGD': {
    spec: { model: { name: 'resnet', depth: 20 } },
    side: 8,
    channels: 3,
    augment: true,
  },
}

async function compiled({ spec: input, side, channels, augment = false }: Case, backend = tensorflow) {
  const spec = runSpecSchema.parse({ ...input, sparsity: { density: 0.5, distribution: 'uniform' } })
  const dataset = madeDataset({ side, channels, augment, count: 90 })
  const graph = buildModel(spec.model, dataset.shape, dataset.classes)
  const { optimizer, momentum, nesterov, weightDecay } = spec.training
  const options = { optimizer, momentum, nesterov, weightDecay: weightDecay || 1e-3, labelSmoothing: 0.1 }
  const { program, layout } = compileTraining(graph, { ...options, batchSize: BATCH, denseGradients: false })
  const { state } = await initializeRun(spec, graph, dataset, referenceBackend, () => undefined)
  const executable = await backend.compile(program, { examples: residentOf(dataset).examples })
  const write = (): void => {
    for (const { name } of program.variables) executable.write(name, executable.read(name).fill(0))
    executable.writeAll(packState(layout, state))
  }
  return { dataset, executable, write, adam: optimizer === 'adamw' }
}

describe('steps on resident examples', () => {
  it.each(Object.keys(CASES))('%s: as many calls, bit for bit', async (name) => {
    const { dataset, executable, write, adam } = await compiled(CASES[name])
    write()
    const start = executable.readAll()
    const losses: number[] = []
    const correct: number[] = []
    for (let step = 0; step < 7; step++) {
      const outputs = executable.run('train', await singleFeeds(dataset, step, adam))
      losses.push(outputs['loss'][0])
      correct.push(outputs['correct'][0])
    }
    const expected = executable.readAll()
    expect(expected).not.toEqual(start)
    write()
    const many = [1, 4, 2].map((count, i) =>
      executable.runSteps?.(count, manyFeeds(dataset, [0, 1, 5][i], count, adam)),
    )
    expect(many.flatMap((outputs) => [...(outputs?.['loss'] ?? [])])).toEqual(losses)
    expect(many.flatMap((outputs) => [...(outputs?.['correct'] ?? [])])).toEqual(correct)
    expect(new Set(losses).size).toBe(7)
    expect(executable.readAll()).toEqual(expected)
    executable.dispose()
  })

  it('as many calls where loops keep TensorArrays, which every round closes', async () => {
    const name = 'an MLP whose layers are a loop, by AdamW'
    const { dataset, executable, write, adam } = await compiled(CASES[name], openTensorFlow('gpu'))
    write()
    const single: number[] = []
    for (let step = 0; step < 5; step++)
      single.push(executable.run('train', await singleFeeds(dataset, step, adam))['loss'][0])
    const expected = executable.readAll()
    write()
    expect([...(executable.runSteps?.(5, manyFeeds(dataset, 0, 5, adam))['loss'] ?? [])]).toEqual(single)
    expect(executable.readAll()).toEqual(expected)
    executable.dispose()
  })

  it('remain single where the device cannot keep the examples, and that is told', async () => {
    const dataset = madeDataset({ side: 6, channels: 1, count: 90 })
    const { examples } = residentOf(dataset)
    const notes: string[] = []
    const broken = { ...examples, labels: examples.labels.subarray(1) }
    const onNote = (note: string): void => void notes.push(note)
    const executable = await tensorflow.compile(seeing([6, 6, 1]), { examples: broken, onNote })
    expect(executable.runSteps).toBeUndefined()
    expect(notes).toEqual([expect.stringMatching(/^Steps are taken one by one: .*labels .*needs 90 values/)])
    const { x, y } = await dataset.trainBatch(rowsOf(dataset, 0), augmentation(0))
    expect(executable.run('train', { x, y })['total'][0]).not.toBe(0)
    executable.dispose()
  })

  it('says what is missing or too short, and leaves programs with other feeds to single steps', async () => {
    const { dataset, executable } = await compiled(CASES['an MLP by SGD'])
    const feeds = manyFeeds(dataset, 0, 2, false)
    expect(() => executable.runSteps?.(3, feeds)).toThrow('images (int [3,12]) needs 36 values, got 24')
    expect(() => executable.runSteps?.(2, { images: feeds['images'] })).toThrow(
      'no value for rate (float [2])',
    )
    expect(() => executable.runSteps?.(2, { ...feeds, x: new Float32Array(1) })).toThrow('unknown feeds x')
    executable.dispose()
    expect(() => executable.runSteps?.(2, feeds)).toThrow('disposed')
    const { examples } = residentOf(dataset)
    const random = await tensorflow.compile(seeing([6, 6, 1], true), { examples })
    expect(random.runSteps).toBeUndefined()
    random.dispose()
    const without = await tensorflow.compile(seeing([6, 6, 1]))
    expect(without.runSteps).toBeUndefined()
    without.dispose()
  })
})

/** A program whose step keeps the x and y that it saw; with `random`, fed more than examples. */
function seeing(shape: readonly number[], random = false): Program {
  const builder = new Builder()
  const type = { shape: [BATCH, ...shape], dtype: 'float' } as const
  const x = builder.feed('x', type.shape)
  const [y] = builder.add('cast', [builder.feed('y', [BATCH], 'int')], { dtype: 'float' })
  if (random) builder.feed('uniform:0', [BATCH])
  const variables = [
    { name: 'x', type, role: 'statistic' },
    { name: 'y', type: { shape: [BATCH], dtype: 'float' }, role: 'statistic' },
  ] as const
  const total = sum(builder, x)
  const updates = [
    { kind: 'assign', variable: 'x', value: x },
    { kind: 'assign', variable: 'y', value: y },
  ] as const
  return { variables, functions: [builder.finish('train', [{ name: 'total', value: total }], updates)] }
}

describe('batches made on the device', () => {
  it.each([
    { side: 7, channels: 1, augment: false },
    { side: 6, channels: 3, augment: false },
    { side: 7, channels: 1, augment: true },
    { side: 9, channels: 3, augment: true },
    { side: 2, channels: 2, augment: true },
  ])('$side × $side × $channels, augmented $augment: the data set’s own, bit for bit', async (form) => {
    const dataset = madeDataset({ ...form, count: 300 })
    const { examples } = residentOf(dataset)
    const executable: Executable = await tensorflow.compile(seeing(dataset.shape), { examples })
    for (let step = 0; step < 20; step++) {
      const { x, y } = await dataset.trainBatch(rowsOf(dataset, step), augmentation(step))
      const { rate: _, ...feeds } = manyFeeds(dataset, step, 1, false)
      executable.runSteps?.(1, feeds)
      expect(executable.read('x')).toEqual(x)
      expect(executable.read('y')).toEqual(Float32Array.from(y))
    }
    executable.dispose()
  })
})
