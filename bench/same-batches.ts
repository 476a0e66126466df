/**
 * Trains the first steps of a run and writes all that a peer needs to repeat them, with no randomness left:
 * `same-batches.ts SPEC.json OUT.npz [--steps N] [--backend NAME]...`. OUT.npz holds first values and masks
 * in PyTorch's names and layouts, `batches` [N, batch, height, width, channels] after augmentation, `labels`
 * and `rates`; for each backend `losses:NAME` [N] and `evaluation:NAME` (loss and accuracy on the validation
 * split after the last step). bench/peers/torch_same_batches.py repeats it and compares.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  evaluate,
  openBackend,
  openDataset,
  prepareRun,
  stateToArrays,
  StepFeeds,
  writeNpz,
} from '../src/engine/index.ts'
import type { NamedArray } from '../src/engine/index.ts'
import { parametersOf } from '../src/shared/graph/parameters.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'
import { SILENT } from './silent.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '200' },
    backend: { type: 'string', multiple: true, default: ['tensorflow'] },
  },
})

async function main(): Promise<void> {
  const [specFile, out] = positionals
  const spec = parseSpec(JSON.parse(readFileSync(specFile, 'utf8')))
  const steps = Number(options.steps)
  const dataset = await openDataset(spec.data)
  const { batchSize } = spec.training
  const size = dataset.shape.reduce((product, extent) => product * extent, 1) * batchSize
  const batches = new Float32Array(steps * size)
  const labels = new Int32Array(steps * batchSize)
  const rates = new Float32Array(steps)
  const arrays: NamedArray[] = [
    { name: 'batches', shape: [steps, batchSize, ...dataset.shape], data: batches },
    { name: 'labels', shape: [steps, batchSize], data: labels },
    { name: 'rates', shape: [steps], data: rates },
  ]
  for (const name of options.backend) {
    const backend = await openBackend('tensorflow')
    const trainer = { backends: [await openBackend(name)] }
    const run = await prepareRun({ spec, backend, trainer, dataset, callbacks: SILENT, resumeFrom: null })
    if (run.state && name === options.backend[0]) {
      arrays.push(...stateToArrays(parametersOf(run.graph), run.state, { naming: 'pytorch' }))
    }
    const feeds = new StepFeeds(spec, dataset, run.plan, run.program, run.stream)
    const losses = new Float32Array(steps)
    for (let step = 0; step < steps; step++) {
      const fed = await feeds.train(step)
      batches.set(fed['x'], step * size)
      labels.set(fed['y'], step * batchSize)
      rates.set(fed['rate'], step)
      losses[step] = run.executable.run('train', fed)['loss'][0]
    }
    const { loss, accuracy } = await evaluate(run.executable, dataset, 'validation', run.evaluationBatchSize)
    arrays.push({ name: `losses:${name}`, shape: [steps], data: losses })
    arrays.push({ name: `evaluation:${name}`, shape: [2], data: Float64Array.of(loss, accuracy) })
    run.executable.dispose()
  }
  const first = await dataset.evaluationBatch('validation', 0, dataset.size('validation'))
  arrays.push({ name: 'validation', shape: [dataset.size('validation'), ...dataset.shape], data: first.x })
  arrays.push({ name: 'validation-labels', shape: [dataset.size('validation')], data: first.y })
  dataset.close()
  writeFileSync(out, writeNpz(arrays, false))
}

await main()
