import { describe, expect, it } from 'vitest'
import { bytesOf, estimateDisk } from '../../../src/lab/store/disk.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import { temporaryFolder } from '../support.ts'

const sgd = { epochs: 1, optimizer: 'sgd', momentum: 0.9, evaluations: 4 }
const mlp = (training: Record<string, unknown>, sparsity = {}) =>
  parseSpec({ model: { name: 'mlp', depth: 6, width: 100 }, data: { name: 'mnist' }, training, sparsity })
// 784·100 + 5·100·100 + 100·10 weights of kernels, 6·100 + 10 biases.
const KERNELS = 784 * 100 + 5 * 100 * 100 + 100 * 10
const PARAMETERS = KERNELS + 610

describe('disk of a run', () => {
  it('counts weights, masks where there are any, and the slots of the optimizer while it runs', () => {
    const sparse = bytesOf(mlp(sgd, { density: 0.1, distribution: 'erk' }))
    expect(sparse.kept).toBe(4 * (PARAMETERS + KERNELS))
    expect(sparse.running).toBe(sparse.kept + 4 * PARAMETERS)
    const dense = bytesOf(
      mlp({ ...sgd, momentum: 0, nesterov: false }, { density: 1, distribution: 'dense' }),
    )
    expect([dense.kept, dense.running]).toEqual([4 * PARAMETERS, 4 * PARAMETERS])
    const adam = bytesOf(mlp({ ...sgd, optimizer: 'adamw' }, { density: 1, distribution: 'dense' }))
    expect(adam.running).toBe(4 * 3 * PARAMETERS)
  })

  it('grows with the evaluations', () => {
    const [short, long] = [1, 10].map((epochs) => bytesOf(mlp({ ...sgd, epochs })).metrics)
    expect(long - short).toBe(48 * 64 * 4 * 9)
  })

  it('adds up a study: everything kept, slots of those that run side by side', () => {
    const spec = mlp(sgd, { density: 0.1, distribution: 'erk' })
    const one = bytesOf(spec)
    const runs = [1, 2, 3].map((seed) => ({ group: 'g', spec: { ...spec, seed } }))
    const disk = estimateDisk(runs, 2, temporaryFolder())
    expect(disk.checkpoints).toBe(3 * one.kept + 2 * (one.running - one.kept))
    expect(disk.metrics).toBe(3 * one.metrics)
    expect(disk.free).toBeGreaterThan(1e6)
  })
})
