/** Front door of a run’s thread: the real trainer on the real backends. */
import { autoBackend, describeBackends, openBackend } from '../engine/backend/index.ts'
import { openDataset } from '../engine/data/index.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../engine/train/checkpoint.ts'
import { trainRun } from '../engine/train/loop.ts'
import type { TrainResult } from '../engine/train/types.ts'
import type { TrainerJob } from './thread/serve.ts'
import { serveWorker } from './thread/serve-worker.ts'
import { TASKS } from './tasks/index.ts'

async function train(job: TrainerJob): Promise<TrainResult> {
  const { spec, callbacks, resumeFrom } = job
  const backend = await openBackend(job.backend)
  const { name, device, version } = backend.describe()
  callbacks.stage('data', 0)
  const dataset = await openDataset(spec.data, {
    onProgress: (fraction) => callbacks.stage('data', fraction),
  })
  try {
    job.environment(name, device, {
      backend: `${name} ${version}`.trim(),
      device: device,
      'data hash': dataset.hash,
    })
    return await trainRun({ spec, backend, dataset, callbacks, resumeFrom })
  } finally {
    dataset.close()
  }
}

await serveWorker(
  { train, encode: encodeCheckpoint, decode: decodeCheckpoint },
  async () => ({ backends: await describeBackends(), auto: await autoBackend() }),
  TASKS,
)
