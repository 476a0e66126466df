/**
 * Measures the input pipeline: `input.ts [FOLDER [SIZE]]`. Without a folder CIFAR-10 with augmentation, with
 * one its class folders of images, decoded and cropped to SIZE (default 64). Prints milliseconds of a batch
 * of 128 (median) and resident memory as batches go by.
 */
import { openDataset, Stream } from '../src/engine/index.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import { median } from './types.ts'

const BATCH = 128
const BATCHES = 60
const [folder, size = '64'] = process.argv.slice(2)
const spec = parseSpec({
  data: folder
    ? { name: 'image-folder', path: folder, size: Number(size), augment: true }
    : { name: 'cifar-10', augment: true },
})
const dataset = await openDataset(spec.data)
const stream = Stream.root(1)
const times: number[] = []
const memory: number[] = []
const order = stream.permutation(dataset.size('train'))
for (let batch = 0; batch < BATCHES; batch++) {
  const rows = Int32Array.from({ length: BATCH }, (_, k) => order[(batch * BATCH + k) % order.length])
  const before = performance.now()
  await dataset.trainBatch(rows, stream.split('batch', batch))
  times.push(performance.now() - before)
  if (batch % 10 === 9) memory.push(Math.round(process.memoryUsage().rss / 2 ** 20))
}
console.log(JSON.stringify({ examples: order.length, batch_ms: median(times), memory_mb: memory }))
dataset.close()
