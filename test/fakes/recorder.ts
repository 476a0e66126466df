/** Callbacks of the trainer that keep everything they are told. */
import type { Checkpoint, Command, TrainCallbacks } from '../../src/engine/train/types.ts'
import type { LayerReport, MetricPoint } from '../../src/shared/contract/run.ts'

export interface Recorder extends TrainCallbacks {
  readonly points: MetricPoint[]
  readonly reports: LayerReport[]
  readonly messages: string[]
  readonly checkpoints: Checkpoint[]
}

/** `command` and `due` decide at which step the run is paused, cancelled or checkpointed. */
export function recorder(
  command: (step: number) => Command = () => 'continue',
  due: (step: number) => boolean = () => false,
): Recorder {
  const points: MetricPoint[] = []
  const reports: LayerReport[] = []
  const messages: string[] = []
  const checkpoints: Checkpoint[] = []
  let step = 0
  return {
    points,
    reports,
    messages,
    checkpoints,
    stage: () => undefined,
    metrics: (added) => points.push(...added),
    layers: (added) => reports.push(...added),
    event: (_, message) => messages.push(message),
    progress: (at) => {
      step = at
    },
    checkpoint: (checkpoint) => {
      checkpoints.push(checkpoint)
    },
    command: () => command(step),
    checkpointDue: due,
    now: () => 0,
  }
}
