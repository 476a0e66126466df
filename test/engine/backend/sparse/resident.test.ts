/** Batches that the sparse backend takes of the examples it keeps are those that the data set makes. */
import { describe, expect, it } from 'vitest'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import type { Executable } from '../../../../src/engine/program/backend.ts'
import type { TrainingProgram } from '../../../../src/engine/program/types.ts'
import { memoryDataset } from '../../../../src/engine/data/memory-dataset.ts'
import type { Images } from '../../../../src/engine/data/images.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { Chain, randomState, trainingOf, variablesOf } from './graphs.ts'
import './checked.ts'

const SHAPE = [6, 9, 3] as const
const RATE = Float32Array.of(0.01)

function images(count: number, stream: Stream): Images {
  const size = SHAPE[0] * SHAPE[1] * SHAPE[2]
  const pixels = Uint8Array.from({ length: count * size }, () => stream.integer(256))
  return { count, shape: SHAPE, pixels, labels: Uint16Array.from({ length: count }, () => stream.integer(4)) }
}

function made(augment: boolean) {
  const stream = Stream.root(11)
  const set = {
    train: images(80, stream),
    test: images(4, stream),
    classNames: ['a', 'b', 'c', 'd'],
    hash: '',
  }
  return memoryDataset('made', set, { validation: 0.1, limit: 0, augment })
}

function convolutional(batchSize: number, dropout = false): TrainingProgram {
  const chain = new Chain(SHAPE)
  const conv = { kernel: [3, 3], stride: 1, padding: 'same', bias: true, maskable: true, groups: 1 } as const
  chain.add({ kind: 'conv', filters: 5, ...conv })
  chain.add({ kind: 'activation', activation: 'relu' })
  if (dropout) chain.add({ kind: 'dropout', rate: 0.5 })
  chain.add({ kind: 'flatten' })
  return trainingOf(chain.build(4), { batchSize, denseGradients: false })
}

async function twins(augment: boolean, batchSize: number) {
  const data = made(augment)
  const training = convolutional(batchSize)
  const state = randomState(training.program, Stream.root(2), 0.6)
  const fed = await sparseBackend.compile(training.program)
  const kept = await sparseBackend.compile(training.program, { examples: data.resident?.examples })
  for (const executable of [fed, kept]) executable.writeAll(state)
  return { data, fed, kept }
}

/** `runSteps` of an executable that has it. */
function steps(executable: Executable, count: number, feeds: Parameters<Executable['run']>[1]) {
  if (!executable.runSteps) throw new Error('no runSteps')
  return executable.runSteps(count, feeds)
}

describe('resident examples', () => {
  it.for([
    [false, 7],
    [true, 7],
    [true, 50],
  ] as const)('are what a batch is fed; augmented %s, batch %i', async ([augment, batch]) => {
    const { data, fed, kept } = await twins(augment, batch)
    for (let step = 0; step < 3; step++) {
      const rows = Stream.root(step).sample(data.size('train'), batch)
      const { x, y } = await data.trainBatch(rows, Stream.root(100 + step))
      const selection = data.resident?.select(rows, Stream.root(100 + step))
      const single = fed.run('train', { x, y, rate: RATE })
      expect(steps(kept, 1, { ...selection, rate: RATE })).toEqual(single)
    }
    expect(variablesOf(kept)).toEqual(variablesOf(fed))
    fed.dispose()
    kept.dispose()
  })

  it('are not read beyond their ends', async () => {
    const { kept, fed } = await twins(true, 2)
    const feeds = (over: Record<string, Int32Array>) => ({
      images: Int32Array.of(0, 79),
      rowCrops: Int32Array.of(0, 8),
      columnCrops: Int32Array.of(0, 17),
      rate: RATE,
      ...over,
    })
    expect(Object.keys(steps(kept, 1, feeds({})))).toEqual(['loss', 'correct'])
    expect(() => steps(kept, 1, feeds({ images: Int32Array.of(0, 80) }))).toThrow('images has 80 of 80')
    expect(() => steps(kept, 1, feeds({ rowCrops: Int32Array.of(-1, 0) }))).toThrow('rowCrops has -1 of 9')
    expect(() => steps(kept, 1, feeds({ columnCrops: Int32Array.of(0, 18) }))).toThrow('columnCrops has 18')
    expect(() => steps(kept, 2, feeds({}))).toThrow('images takes 4 entries, got 2')
    fed.dispose()
    kept.dispose()
  })

  it('are not kept where more is fed, as for dropout', async () => {
    const { program } = convolutional(4, true)
    const executable = await sparseBackend.compile(program, { examples: made(false).resident?.examples })
    expect(executable.runSteps).toBeUndefined()
    executable.dispose()
  })
})
