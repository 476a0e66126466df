/** A small separable data set: each class has its own random pattern, images are the pattern with noise. */
import type { Images } from '../../src/engine/data/images.ts'
import { memoryDataset } from '../../src/engine/data/memory-dataset.ts'
import type { DatasetOptions } from '../../src/engine/data/split.ts'
import type { Dataset } from '../../src/engine/data/types.ts'
import { Stream } from '../../src/engine/rng.ts'

const CLASSES = 4

function images(count: number, side: number, channels: number, name: string): Images {
  const size = side * side * channels
  const patterns = Stream.root(1).split('patterns')
  const base = Uint8Array.from({ length: CLASSES * size }, () => patterns.integer(200))
  const noise = Stream.root(1).split(name)
  const labels = Uint16Array.from({ length: count }, (_, row) => row % CLASSES)
  const pixels = Uint8Array.from(
    { length: count * size },
    (_, i) => base[labels[Math.floor(i / size)] * size + (i % size)] + noise.integer(55),
  )
  return { count, shape: [side, side, channels], pixels, labels }
}

export function madeDataset(
  options: Partial<DatasetOptions> & { side?: number; channels?: number; count?: number } = {},
): Dataset {
  const { side = 6, channels = 1, count = 200 } = options
  return memoryDataset(
    'made',
    {
      train: images(count, side, channels, 'train'),
      test: images(50, side, channels, 'test'),
      classNames: ['a', 'b', 'c', 'd'],
      hash: 'made',
    },
    { validation: 0.1, limit: 0, augment: false, ...options },
  )
}
