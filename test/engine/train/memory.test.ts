/** What a run takes of the memory, known before it starts: against memories that were made and measured. */
import { describe, expect, it } from 'vitest'
import { largestBatch, trainingMemory } from '../../../src/engine/backend/memory.ts'
import { programBytes } from '../../../src/engine/backend/sparse/link/fitting.ts'
import { link, planRegions } from '../../../src/engine/backend/sparse/link/link.ts'
import { MOST_BYTES, SharedMemory } from '../../../src/engine/backend/sparse/plan/memory.ts'
import { planProgram } from '../../../src/engine/backend/sparse/plan/plan.ts'
import { layoutOf } from '../../../src/engine/program/layout.ts'
import { fittingBatch, memoryOf } from '../../../src/engine/train/memory.ts'
import { trainingOptions } from '../../../src/engine/train/training-options.ts'
import { withRoom } from '../../../src/engine/train/room.ts'
import { sparseBackend } from '../../../src/engine/backend/sparse/index.ts'
import { referenceBackend } from '../../../src/engine/backend/reference/index.ts'
import { parametersOf } from '../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../src/shared/graph/shapes.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { buildNetwork } from '../../../src/shared/zoo/index.ts'

const GB = 2 ** 30

function specOf(model: object, batchSize: number, dynamic: object = {}) {
  return parseSpec({
    model,
    data: { name: 'cifar-10' },
    sparsity: { density: 0.1, distribution: 'uniform' },
    initialization: { scheme: 'base' },
    training: { batchSize },
    dynamic,
  })
}

describe('the memory of a sparse program', () => {
  it.each([
    ['an MLP', { name: 'mlp', depth: 8, width: 256 }, 128, {}],
    ['a ResNet', { name: 'resnet', depth: 20 }, 64, {}],
    ['one whose masks grow by gradients', { name: 'resnet', depth: 20 }, 32, { method: 'rigl' }],
    ['a transformer', { name: 'deit-tiny' }, 8, {}],
  ])('of %s is what it takes when it is made', (_, model, batch, dynamic) => {
    const spec = specOf(model, batch, dynamic)
    const graph = buildNetwork(spec, [32, 32, 3], 10)
    const source = { graph, layout: layoutOf(graph), options: trainingOptions(spec) }
    const kernels = parametersOf(graph).filter(({ maskable }) => maskable)
    const kept = new Map(kernels.map(({ name, shape }) => [name, Math.ceil(sizeOf(shape) / 10)]))

    const plan = planProgram(source)
    const regions = planRegions(plan)
    const memory = new SharedMemory(regions.start)
    const positions = new Map(
      [...plan.kernels].map(([node, { location, shape }]) => {
        const count = kept.get(location.parameter.name) ?? shape.rows * shape.columns
        const step = Math.max(1, Math.floor((shape.rows * shape.columns) / count))
        return [
          node,
          { on: Int32Array.from({ length: count }, (__, k) => k * step), place: new Int32Array(count) },
        ]
      }),
    )
    link(plan, regions, positions, memory, null)
    const made = memory.memory.buffer.byteLength
    expect(programBytes(source, kept) / made).toBeGreaterThan(0.9)
    expect(programBytes(source, kept) / made).toBeLessThan(1.1)
  })
})

describe('the memory of a run', () => {
  const large = specOf({ name: 'resnet-50' }, 32)
  const graph = buildNetwork(large, [224, 224, 3], 100)
  const trained = { graph, options: trainingOptions(large), kept: new Map<string, number>() }
  const named = (name: string) => ({ ...referenceBackend, name })

  it('is on sparse as much as WebAssembly has at most, whatever the machine has', () => {
    const [sparse, tensorflow] = memoryOf(large, graph, ['sparse', 'tensorflow'], 64 * GB)
    expect(sparse.fits).toBe(false)
    expect(tensorflow.fits).toBe(true)
    const batch = largestBatch('sparse', trained, 64 * GB)
    const at = (batchSize: number) => {
      const options = { ...trained.options, batchSize }
      return programBytes({ graph, layout: layoutOf(graph), options }, trained.kept)
    }
    expect(batch % 8).toBe(0)
    expect(at(batch)).toBeLessThanOrEqual(MOST_BYTES)
    expect(at(batch + 8)).toBeGreaterThan(MOST_BYTES)
  })

  it.each([
    ['ResNet-50 at 224 × 224, batch 16', { name: 'resnet-50' }, 16, [224, 224, 3], 2.95],
    ['ResNet-50 at 224 × 224, batch 64', { name: 'resnet-50' }, 64, [224, 224, 3], 6.88],
    ['1000 layers', { name: 'mlp', depth: 999, width: 128 }, 128, [28, 28, 1], 0.97],
  ])('is on TensorFlow what was measured: %s', (_, model, batch, input, measured) => {
    const spec = specOf(model, batch)
    const [{ bytes }] = memoryOf(spec, buildNetwork(spec, input, 100), ['tensorflow'], 64 * GB)
    expect(Math.abs(bytes / GB / measured - 1)).toBeLessThan(0.15)
  })

  it('passes a backend over without room, with the reason', () => {
    const { able, refused, warning } = withRoom(large, graph, [sparseBackend, named('tensorflow')], 64 * GB)
    expect(able.map(({ name }) => name)).toEqual(['tensorflow'])
    expect(refused).toEqual([{ name: 'sparse', reasons: ['needs more than the 4 GiB that WebAssembly has'] }])
    expect(warning).toBeNull()
  })

  it('warns where none has room, and says what would fit', () => {
    const { able, warning } = withRoom(large, graph, [named('tensorflow')], 3 * GB)
    expect(able).toHaveLength(1)
    const batch = fittingBatch(large, graph, ['tensorflow'], 3 * GB)
    expect(batch).toBeGreaterThan(0)
    const options = { ...trained.options, batchSize: batch }
    expect(trainingMemory('tensorflow', { ...trained, options }).bytes).toBeLessThanOrEqual(3 * GB)
    expect(warning).toMatch(/^Memory may not do: tensorflow needs about \d.* and this machine has 3\.2 GB/)
    expect(warning).toContain(`A batch of ${batch} would fit.`)
    expect(withRoom(large, graph, [named('tensorflow')], GB / 8).warning).toMatch(/No batch of this model/)
  })

  it('is no question where nobody asked', () => {
    expect(withRoom(large, graph, [sparseBackend], null).able).toEqual([sparseBackend])
  })
})
