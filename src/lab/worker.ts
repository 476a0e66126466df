/** Front door of a run’s thread: the real trainer on the real backends. */
import { autoBackend, describeBackends, openBackend } from '../engine/backend/index.ts'
import { openDataset } from '../engine/data/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../engine/train/checkpoint.ts'
import { trainRun } from '../engine/train/loop.ts'
import type { Backend } from '../engine/backend/types.ts'
import type { TrainRequest, TrainResult } from '../engine/train/types.ts'
import type { TrainerJob } from './thread/serve.ts'
import { serveWorker } from './thread/serve-worker.ts'
import { TASKS } from './tasks/index.ts'

/**
 * The backends of a run. `sparse` runs training steps alone, so the rest is for the best other one; where
 * that is the slow reference, because nothing native is installed, `auto` lets `sparse` train what it can.
 */
async function openBackends(asked: string): Promise<Pick<TrainRequest, 'backend' | 'trainer'>> {
  const required = asked === 'sparse'
  const backend = await openBackend(required ? 'auto' : asked)
  if (!required && !(asked === 'auto' && backend.name === 'reference')) return { backend }
  return { backend, trainer: { backend: await openBackend('sparse'), required } }
}

async function train(job: TrainerJob): Promise<TrainResult> {
  const { spec, callbacks, resumeFrom } = job
  const { backend, trainer } = await openBackends(job.backend)
  callbacks.stage('data', 0)
  const dataset = await openDataset(spec.data, {
    onProgress: (fraction) => callbacks.stage('data', fraction),
  })
  try {
    const onTrainer = (chosen: Backend): void => {
      const { name, device, version } = chosen.describe()
      job.environment(name, device, {
        backend: `${name} ${version}`.trim(),
        device,
        'data hash': dataset.hash,
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
