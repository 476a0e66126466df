import type { TrainCallbacks } from '../src/engine/index.ts'

/** For a training whose only outcome is its time or its weights. */
export const SILENT: TrainCallbacks = {
  stage: () => undefined,
  metrics: () => undefined,
  layers: () => undefined,
  event: () => undefined,
  progress: () => undefined,
  checkpoint: () => undefined,
  command: () => 'continue',
  checkpointDue: () => false,
  now: () => performance.now(),
}
