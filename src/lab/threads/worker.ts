/** Front door of a run’s thread: the real trainer on the real backends. */
import {
  autoBackend,
  decodeCheckpoint,
  describeBackends,
  encodeCheckpoint,
  lazyBackend,
  machineMemory,
  openBackend,
  openDataset,
  trainingBackends,
  trainRun,
  withMethods,
} from '../../engine/index.ts'
import type { Backend, Dataset, TrainRequest, TrainResult } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { TrainerJob } from './serve.ts'
import { serveWorker } from './serve-worker.ts'
import { ratesOf } from '../estimates/rates.ts'
import { TASKS } from './tasks/index.ts'

/** What computes a run: the fastest of the installed backends trains, unless one is named. */
async function openBackends(job: TrainerJob): Promise<Pick<TrainRequest, 'backend' | 'trainer'>> {
  const { backend: asked, recorded, callbacks } = job
  const named = asked === 'tensorflow' || asked === 'reference'
  const backend = named ? await openBackend(asked) : await lazyBackend()
  const memory = machineMemory()
  if (job.resumeFrom && recorded !== null && asked === 'auto') {
    const before = (await trainingBackends('auto')).filter(({ name }) => name === recorded)
    if (before.length > 0) return { backend, trainer: { backends: before, memory } }
    const text =
      `This run was trained by ${recorded}, which is not available now; it goes on with another backend, ` +
      'and its numbers may differ in the last digits from those of an uninterrupted run.'
    callbacks.event('warning', text, job.resumeFrom.step)
  }
  const rates = await ratesOf(job.ratesFile, job.spec)
  return { backend, trainer: { backends: await trainingBackends(asked), rates, memory } }
}

/** A run goes on with the data that it began with, or not at all. */
function checkUnchanged({ spec, dataHash, resumeFrom }: TrainerJob, dataset: Dataset): void {
  if (dataHash === null || dataHash === dataset.hash || dataHash === dataset.formerHash) return
  throw new BenchError(
    'bad-data',
    `The data in ${spec.data.path || 'the bench’s store'} are not those that this run ` +
      `${resumeFrom ? 'began with' : 'was trained on'} (hash ${dataset.hash.slice(0, 12)}…, recorded ` +
      `${dataHash.slice(0, 12)}…). Bring them back, or start the study again for new runs on ` +
      `what is there now.`,
    'data.path',
  )
}

async function train(job: TrainerJob): Promise<TrainResult> {
  return withMethods(job.methods, () => trainProvided(job))
}

async function trainProvided(job: TrainerJob): Promise<TrainResult> {
  const { spec, callbacks, resumeFrom } = job
  const { backend, trainer } = await openBackends(job)
  callbacks.stage('data', 0)
  const dataset = await openDataset(spec.data, {
    onProgress: (fraction) => callbacks.stage('data', fraction),
  })
  try {
    checkUnchanged(job, dataset)
    for (const note of dataset.notes ?? []) callbacks.event('info', `Data: ${note}.`, resumeFrom?.step ?? 0)
    const onTrainer = (chosen: Backend, choice: string | null): void => {
      const { name, device, version } = chosen.describe()
      job.environment(name, device, {
        backend: `${name} ${version}`.trim(),
        device,
        'data hash': job.dataHash ?? dataset.hash,
        'data shape': dataset.shape.join(' '),
        'data classes': String(dataset.classes),
        ...(choice === null ? {} : { 'backend choice': choice }),
      })
    }
    return await trainRun({ spec, backend, trainer, onTrainer, dataset, callbacks, resumeFrom })
  } finally {
    dataset.close()
  }
}

await serveWorker(
  { train, encode: encodeCheckpoint, decode: decodeCheckpoint },
  async () => ({ backends: await describeBackends(), auto: await autoBackend() }),
  TASKS,
)
