/**
 * Takes the first steps of a run whose evaluation on a whole test set would take hours, and prints seconds,
 * memory and loss of each stage as one JSON object a line: `first-steps.ts SPEC.json [--steps N]
 * [--backend NAME] [--evaluate N] [--checkpoint FOLDER]`. With --evaluate it takes the accuracy on the first
 * N test images before the first step and after the last, with --checkpoint it writes one there and goes on
 * from it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import {
  decodeCheckpoint,
  encodeCheckpoint,
  openBackend,
  openDataset,
  prepareRun,
  StepFeeds,
} from '../src/engine/index.ts'
import type { Executable, TrainRequest } from '../src/engine/index.ts'
import { readCheckpointFile, writeCheckpointFile } from '../src/lab/threads/checkpoint-file.ts'
import { parseSpec } from '../src/shared/spec/parse.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '3' },
    backend: { type: 'string', default: 'tensorflow' },
    evaluate: { type: 'string', default: '0' },
    checkpoint: { type: 'string' },
  },
})

let since = performance.now()

function report(stage: string, more: Record<string, number | string> = {}): void {
  const now = performance.now()
  const rss = process.memoryUsage.rss() / 2 ** 20
  const row = { stage, seconds: (now - since) / 1000, resident_mb: Math.round(rss), ...more }
  process.stdout.write(`${JSON.stringify(row)}\n`)
  since = performance.now()
}

const stagesSeen = new Set<string>()

/** Writes a checkpoint as a run does, and takes the state from it. */
function goOnFrom(executable: Executable, step: number, folder: string): void {
  const variables = executable.readAll()
  report('read')
  const running = { loss: 0, correct: 0, examples: 0 }
  const bytes = encodeCheckpoint({ step, variables, best: null, wall: 0, running })
  const written = writeCheckpointFile(folder, 'first-steps', step, bytes)
  report('write checkpoint', { bytes: written.bytes })
  variables.clear()
  executable.writeAll(decodeCheckpoint(readCheckpointFile(join(folder, written.file))).variables)
  report('go on from it')
}

async function main(): Promise<void> {
  const [specFile] = positionals
  const spec = parseSpec(JSON.parse(readFileSync(specFile, 'utf8')))
  const dataset = await openDataset(spec.data)
  const backend = await openBackend(options.backend)
  report('data')
  const request: TrainRequest = {
    spec,
    backend,
    dataset,
    resumeFrom: null,
    callbacks: {
      stage: (stage) => {
        if (!stagesSeen.has(stage)) report(`until ${stage}`)
        stagesSeen.add(stage)
      },
      metrics: () => undefined,
      layers: () => undefined,
      event: () => undefined,
      progress: () => undefined,
      checkpoint: () => undefined,
      command: () => 'continue',
      checkpointDue: () => false,
      now: () => performance.now(),
    },
  }
  const run = await prepareRun(request)
  report('compile and write')
  const feeds = new StepFeeds(spec, dataset, run.plan, run.program, run.stream)
  const { batchSize } = spec.training
  let step = 0
  const take = async (): Promise<void> => {
    const { loss, correct } = run.executable.run('train', await feeds.train(step++))
    report(`step ${step}`, { loss: loss[0], accuracy: correct[0] / batchSize })
  }
  const evaluate = async (): Promise<void> => {
    const examples = Math.floor(Number(options.evaluate) / batchSize) * batchSize
    let right = 0
    for (let start = 0; start < examples; start += batchSize) {
      const { x, y, weights } = await dataset.evaluationBatch('test', start, batchSize)
      right += run.executable.run('evaluate', { x, y, weights })['correct'][0]
    }
    if (examples > 0) report(`test accuracy after ${step}`, { examples, accuracy: right / examples })
  }
  await evaluate()
  while (step < Number(options.steps)) await take()
  await evaluate()
  if (options.checkpoint !== undefined) {
    goOnFrom(run.executable, step, options.checkpoint)
    await take()
  }
  report('end', { peak_mb: Math.round(process.resourceUsage().maxRSS / 1024) })
  run.executable.dispose()
  dataset.close()
}

await main()
