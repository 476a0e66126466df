import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { loadNativeLibrary } from '../../../../src/engine/backend/tensorflow/native-library.ts'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { openTensorFlow } from '../../../../src/engine/backend/tensorflow/index.ts'
import type { Executable, Feeds } from '../../../../src/engine/program/backend.ts'
import type { Program, VariableSpec } from '../../../../src/engine/program/types.ts'
import { mlpProgram, randomState, smallProgram } from '../programs.ts'
import type { MlpShape } from '../programs.ts'
import { randomStream } from '../random.ts'

const tensorflow = openTensorFlow()

function batchFor({ batch, widths }: MlpShape, seed: number): Feeds {
  const random = randomStream(seed)
  return {
    x: Float32Array.from({ length: batch * widths[0] }, () => 2 * random() - 1),
    y: Int32Array.from({ length: batch }, () => Math.floor(random() * (widths.at(-1) ?? 1))),
    rate: Float32Array.of(0.05),
  }
}

/** Largest difference relative to the largest entry expected. */
function deviation(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(got.length).toBe(expected.length)
  let worst = 0
  let largest = 1e-6
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(got[i] - expected[i]))
    largest = Math.max(largest, Math.abs(expected[i]))
  }
  return worst / largest
}

async function start(program: Program, seed = 1): Promise<Executable> {
  const executable = await tensorflow.compile(program)
  executable.writeAll(randomState(program, seed))
  return executable
}

const counter: VariableSpec = { name: 'a:b', type: { shape: [3], dtype: 'float' }, role: 'statistic' }

describe('tensorflow = reference', () => {
  it.each<MlpShape>([
    { batch: 7, widths: [5, 4, 3], activation: 'tanh', stacked: false },
    { batch: 16, widths: [12, 9, 9, 9, 9, 9, 9, 9, 4], activation: 'tanh', stacked: true },
    { batch: 16, widths: [12, 9, 9, 9, 9, 9, 9, 9, 4], activation: 'selu', stacked: true },
    { batch: 33, widths: [17, 32, 32, 32, 32, 32, 10], activation: 'relu', stacked: true },
    { batch: 5, widths: [6, 8, 8, 8, 8, 3], activation: 'swish', stacked: false },
  ])('$widths $activation stacked $stacked: loss, gradients and updates of 20 steps', async (shape) => {
    const program = mlpProgram(shape)
    const native = await start(program)
    const exact = await referenceBackend.compile(program, { precision: 'float64' })
    for (let step = 0; step < 20; step++) {
      // Each step from the same state, since training itself amplifies rounding.
      exact.writeAll(native.readAll())
      const feeds = batchFor(shape, step)
      const got = native.run('train', feeds)
      for (const [name, value] of Object.entries(exact.run('train', feeds))) {
        expect(deviation(got[name], value), `step ${step}, ${name}`).toBeLessThan(1e-5)
      }
      const state = native.readAll()
      for (const [name, value] of exact.readAll()) {
        expect(deviation(state.get(name) ?? [], value), `step ${step}, ${name} after`).toBeLessThan(1e-5)
      }
    }
    native.dispose()
  })

  it('masked weights stay exactly 0 with momentum and weight decay', async () => {
    const shape: MlpShape = { batch: 8, widths: [6, 8, 8, 8, 8, 8, 3], activation: 'tanh', stacked: true }
    const program = mlpProgram(shape)
    const state = randomState(program, 3)
    const masked = state.get('kernels')?.map((value, i) => value * (state.get('mask:kernels')?.[i] ?? 0))
    const native = await start(program)
    native.writeAll(new Map([...state, ['kernels', masked ?? new Float32Array(0)]]))
    for (let step = 0; step < 100; step++) native.run('train', batchFor(shape, step))
    const weights = native.read('kernels')
    const mask = native.read('mask:kernels')
    expect([...weights].filter((_, i) => mask[i] === 0).every((weight) => weight === 0)).toBe(true)
    expect([...weights].filter((_, i) => mask[i] === 1).every((weight) => weight !== 0)).toBe(true)
    native.dispose()
  })
})

describe('state', () => {
  it('variables come back as written, one by one and all together', async () => {
    const program = mlpProgram({ batch: 2, widths: [3, 5, 2], activation: 'tanh', stacked: false })
    const native = await start(program, 9)
    const state = randomState(program, 9)
    expect(native.readAll()).toEqual(state)
    native.write('kernel0', new Float32Array(15).fill(2))
    expect(native.read('kernel0')).toEqual(new Float32Array(15).fill(2))
    expect(native.read('kernel1')).toEqual(state.get('kernel1'))
    native.dispose()
  })

  it('does not hold on to the memory that it was given', async () => {
    const native = await tensorflow.compile(
      smallProgram([counter], (builder) => ({
        outputs: [{ name: 'out', value: builder.read('a:b', [3]) }],
        updates: [],
      })),
    )
    // One of the offsets has the alignment at which TensorFlow takes memory over without a copy.
    for (let offset = 0; offset < 16; offset++) {
      const data = new Float32Array(new ArrayBuffer(4 * 32), 4 * offset, 3).fill(5)
      native.write('a:b', data)
      data.fill(-1)
      expect([...native.read('a:b')]).toEqual([5, 5, 5])
    }
    native.dispose()
  })

  it('updates see only old values: two variables swap', async () => {
    const other: VariableSpec = { ...counter, name: 'other' }
    const native = await tensorflow.compile(
      smallProgram([counter, other], (builder) => {
        const [a, b] = [builder.read('a:b', [3]), builder.read('other', [3])]
        return {
          outputs: [{ name: 'a', value: a }],
          updates: [
            { kind: 'assign', variable: 'a:b', value: b },
            { kind: 'assign', variable: 'other', value: a },
          ],
        }
      }),
    )
    native.writeAll(
      new Map([
        ['a:b', Float32Array.of(1, 2, 3)],
        ['other', Float32Array.of(4, 5, 6)],
      ]),
    )
    for (let i = 0; i < 51; i++) {
      expect([...native.run('step', {})['a']]).toEqual(i % 2 ? [4, 5, 6] : [1, 2, 3])
    }
    expect([...native.read('a:b')]).toEqual([4, 5, 6])
    expect([...native.read('other')]).toEqual([1, 2, 3])
    native.dispose()
  })

  it('variables start at 0', async () => {
    const program = mlpProgram({ batch: 2, widths: [3, 5, 2], activation: 'tanh', stacked: false })
    const native = await tensorflow.compile(program)
    expect(native.read('velocity:kernel0')).toEqual(new Float32Array(15))
    native.dispose()
  })

  it('programs do not see each other’s variables', async () => {
    const program = mlpProgram({ batch: 2, widths: [3, 5, 2], activation: 'tanh', stacked: false })
    const [first, second] = [await start(program, 1), await start(program, 2)]
    first.write('bias0', new Float32Array(5).fill(7))
    expect(second.read('bias0')).toEqual(randomState(program, 2).get('bias0'))
    first.dispose()
    expect(second.read('bias0')).toEqual(randomState(program, 2).get('bias0'))
    second.dispose()
  })

  it('leaves neither tensors, sessions nor folders behind', async () => {
    const binding = loadNativeLibrary()
    // Folders of its own: other tests make theirs at the same time.
    const parent = mkdtempSync(join(tmpdir(), 'givens-bench-'))
    vi.stubEnv('TMPDIR', parent)
    const folders = (): number => readdirSync(parent).length
    const shape: MlpShape = { batch: 4, widths: [3, 5, 2], activation: 'tanh', stacked: false }
    const before = [binding.getNumOfTensors(), binding.getNumOfSavedModels(), folders()]
    const native = await start(mlpProgram(shape))
    for (let step = 0; step < 5; step++) native.run('train', batchFor(shape, step))
    expect(() => native.run('train', { ...batchFor(shape, 0), rate: new Float32Array(2) })).toThrow(
      'rate (float []) needs 1 values, got 2',
    )
    expect(() => native.run('train', { x: new Float32Array(12) })).toThrow('no value for')
    expect(binding.getNumOfTensors()).toBe(before[0])
    native.dispose()
    native.dispose()
    expect([binding.getNumOfTensors(), binding.getNumOfSavedModels(), folders()]).toEqual(before)
    expect(() => native.read('bias0')).toThrow('disposed')
    vi.unstubAllEnvs()
    rmSync(parent, { recursive: true })
  })
})

describe('refusals', () => {
  const program = mlpProgram({ batch: 2, widths: [3, 5, 2], activation: 'tanh', stacked: false })

  it('float64, and names that are not there', async () => {
    await expect(tensorflow.compile(program, { precision: 'float64' })).rejects.toThrow('float32 only')
    const native = await start(program)
    expect(() => native.run('test', {})).toThrow('unknown function test; known: train')
    expect(() => native.read('nothing')).toThrow('unknown variable nothing')
    expect(() => native.run('train', { z: new Float32Array(1) })).toThrow('unknown feeds z')
    native.dispose()
  })

  it('ops that it does not know', async () => {
    const [{ nodes, ...rest }] = program.functions
    const odd = { ...program, functions: [{ ...rest, nodes: [...nodes, { ...nodes[0], op: 'conjure' }] }] }
    expect(tensorflow.refuses(odd)).toEqual(['the op conjure is not known'])
    await expect(tensorflow.compile(odd)).rejects.toThrow('conjure')
    expect(tensorflow.refuses(program)).toEqual([])
  })

  it('refuses variables that its arena has no room for, and takes them without the arena', () => {
    const wide: VariableSpec = { ...counter, type: { shape: [2 ** 28 + 1], dtype: 'float' } }
    const program: Program = { variables: [wide], functions: [] }
    expect(tensorflow.refuses(program)).toEqual([expect.stringContaining('its variables take 1.0 GB')])
    const { TF_CPU_ALLOCATOR_USE_BFC: arena, TF_ENABLE_ONEDNN_OPTS: kernels } = process.env
    try {
      process.env.TF_CPU_ALLOCATOR_USE_BFC = 'false'
      process.env.TF_ENABLE_ONEDNN_OPTS = '0'
      expect(tensorflow.refuses(program)).toEqual([])
    } finally {
      process.env.TF_CPU_ALLOCATOR_USE_BFC = arena
      process.env.TF_ENABLE_ONEDNN_OPTS = kernels
    }
  })
})
