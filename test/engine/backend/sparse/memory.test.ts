/** The sparse backend's memory stays what it was: over many steps, and over many masks. */
import { afterEach, expect, it, vi } from 'vitest'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { Chain, randomFeeds, randomState, trainingOf } from './graphs.ts'

const MEGABYTE = 2 ** 20

afterEach(() => vi.restoreAllMocks())

async function deepNetwork() {
  const chain = new Chain([64])
  for (let layer = 0; layer < 30; layer++) {
    chain.add({ kind: 'dense', units: 64, bias: true, maskable: true })
    chain.add({ kind: 'activation', activation: 'tanh' })
  }
  const training = trainingOf(chain.build(10), { batchSize: 64, denseGradients: true })
  const stream = Stream.root(1)
  const executable = await sparseBackend.compile(training.program)
  executable.writeAll(randomState(training.program, stream, 0.2))
  return { training, stream, executable, feeds: randomFeeds(training, stream, 1) }
}

it('neither grows WebAssembly’s memory nor the process in 3000 steps', async () => {
  const { executable, feeds } = await deepNetwork()
  const train = { ...feeds.train, rate: Float32Array.of(1e-4) }
  for (let step = 0; step < 500; step++) executable.run('train', train)
  const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow')
  const before = process.memoryUsage.rss()
  for (let step = 0; step < 3000; step++) executable.run('train', train)
  // A step that kept only its outputs and feeds (17 KB) would be 50 MB by now.
  expect(process.memoryUsage.rss() - before).toBeLessThan(16 * MEGABYTE)
  expect(grow).not.toHaveBeenCalled()
  executable.dispose()
}, 60_000)

it('keeps its memory when masks move, as SET and RigL move them', async () => {
  const { training, executable, feeds } = await deepNetwork()
  const kernel = training.layout.locations.find(({ index }) => index !== null)?.variable ?? ''
  const move = (): void => {
    const mask = executable.read(`mask:${kernel}`)
    executable.write(
      `mask:${kernel}`,
      Float32Array.from(mask, (_, i) => mask[(i + 1) % mask.length]),
    )
    executable.run('denseGradients', feeds.data)
    executable.run('train', { ...feeds.train, rate: Float32Array.of(1e-4) })
  }
  for (let round = 0; round < 20; round++) move()
  const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow')
  for (let round = 0; round < 60; round++) move()
  expect(grow.mock.calls.filter(([pages]) => pages > 0)).toEqual([])
  executable.dispose()
}, 60_000)
