/** What a study says of memory before it starts. */
import { expect, it } from 'vitest'
import { estimateMemory } from '../../../src/lab/estimates/memory.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'

const GB = 1e9

function run(group: string, model: object, training: object = {}) {
  return { group, spec: parseSpec({ model, data: { name: 'cifar-10' }, training }) }
}
const small = run('small', { name: 'mlp', depth: 2, width: 16 }, { batchSize: 32 })
const large = run('large', { name: 'resnet', depth: 56 }, { batchSize: 256 })

it('is that of the run that takes most, times those that go side by side', async () => {
  const one = await estimateMemory([small, large, small], 'sparse', 1, 64 * GB)
  expect(one).toEqual(await estimateMemory([large], 'sparse', 1, 64 * GB))
  expect(one).toMatchObject({ backend: 'sparse', available: 64 * GB, advice: null })
  const two = await estimateMemory([small, large], 'sparse', 2, 64 * GB)
  expect(two?.bytes).toBe(2 * (one?.bytes ?? 0))
  // No more than there are.
  expect(await estimateMemory([large], 'sparse', 8, 64 * GB)).toEqual(one)
})

it('says what would fit where it has no room', async () => {
  const whole = (await estimateMemory([large], 'sparse', 1, 64 * GB))?.bytes ?? 0
  const tight = await estimateMemory([small, large], 'sparse', 1, 0.7 * whole)
  const batch = Number(/^a batch of (\d+) in place of 256 would fit$/.exec(tight?.advice ?? '')?.[1])
  const fits = run('fits', { name: 'resnet', depth: 56 }, { batchSize: batch })
  expect((await estimateMemory([fits], 'sparse', 1, 64 * GB))?.bytes).toBeLessThanOrEqual(0.7 * whole)
  expect((await estimateMemory([large], 'sparse', 1, 0.1 * GB))?.advice).toMatch(/^no batch of this model/)
  const both = await estimateMemory([large, { ...large, group: 'other' }], 'sparse', 2, 1.5 * whole)
  expect(both?.advice).toMatch(/^2 such runs side by side need/)
})

it('is none where nothing is trained', async () => {
  const untrained = run('untrained', { name: 'resnet', depth: 20 }, { epochs: 0 })
  expect(await estimateMemory([untrained], 'sparse', 1, GB)).toBeNull()
  expect(await estimateMemory([], 'auto', 1, GB)).toBeNull()
})
