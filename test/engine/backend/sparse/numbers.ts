/** Trains random networks on the sparse backend, and prints a hash of every number that came of it. */
import { createHash } from 'node:crypto'
import { sparseBackend } from '../../../../src/engine/backend/sparse/index.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import {
  randomConvolutional,
  randomFeeds,
  randomMlp,
  randomOptions,
  randomState,
  trainingOf,
} from './graphs.ts'

for (let seed = 0; seed < 24; seed++) {
  const stream = Stream.root(200 + Math.floor(seed / 2))
  const graph = seed % 2 ? randomConvolutional(stream) : randomMlp(stream)
  const options = randomOptions(stream)
  const training = trainingOf(graph, { ...options, batchSize: options.batchSize + (seed % 3) * 100 })
  const executable = await sparseBackend.compile(training.program)
  executable.writeAll(randomState(training.program, stream, 0.3))
  const hash = createHash('sha256')
  for (let step = 1; step <= 3; step++) {
    const feeds = randomFeeds(training, stream, step)
    hash.update(new Uint8Array(executable.run('logits', feeds.logits)['logits'].buffer))
    for (const gradient of Object.values(executable.run('denseGradients', feeds.data))) {
      hash.update(new Uint8Array(gradient.buffer))
    }
    executable.run('train', feeds.train)
  }
  for (const [, values] of executable.readAll()) hash.update(new Uint8Array(values.buffer))
  executable.dispose()
  console.log(hash.digest('hex'))
}
