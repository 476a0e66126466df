/** A run's network with the weights and masks that it last stored. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { decodeCheckpoint, layoutOf, openDataset, unpackState } from '../../engine/index.ts'
import type { ModelState } from '../../engine/index.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunRow } from '../../shared/contract/lab.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import { isMasked } from '../../shared/methods/traits.ts'
import { OWN_FILES } from '../../shared/spec/data-schema.ts'
import { inputOf } from '../../shared/spec/data-shapes.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import type { LabContext } from '../context.ts'
import { rowsOf } from '../handlers/runs.ts'
import { knowModelOf } from '../models/names.ts'
import { environmentOf } from '../store/runs.ts'
import { lastCheckpoint } from '../store/artifacts.ts'
import { readCheckpointFile } from '../threads/checkpoint-file.ts'

/** The model of a run; what its data are was recorded with it, or is told when they are opened. */
export async function graphOf(context: LabContext, spec: RunSpec, run: number): Promise<LayerGraph> {
  knowModelOf(context.database, spec)
  const { 'data shape': shape, 'data classes': known } = environmentOf(context.database, run)
  if (shape && known) return buildNetwork(spec, shape.split(' ').map(Number), Number(known))
  if (spec.data.name !== 'image-folder' && !OWN_FILES.includes(spec.data.name)) {
    const { input, classes } = inputOf(spec.data, {})
    return buildNetwork(spec, input, classes)
  }
  const dataset = await openDataset(spec.data)
  try {
    return buildNetwork(spec, dataset.shape, dataset.classes)
  } finally {
    dataset.close()
  }
}

export interface StoredRun {
  readonly row: RunRow
  readonly graph: LayerGraph
  readonly state: ModelState
  /** Step of the checkpoint. */
  readonly step: number
}

/**
 * A run as it is in its last checkpoint: after training, as it ended. Throws BenchError('not-found') where
 * the run has stored no weights.
 */
export async function storedRun(context: LabContext, run: number): Promise<StoredRun> {
  const [row] = rowsOf(context, [run])
  const stored = lastCheckpoint(context.database, run)
  const path = stored && join(context.paths.checkpoints, stored.file)
  if (!stored || !path || !existsSync(path)) {
    throw new BenchError(
      'not-found',
      `Run ${run} (${row.status}) has stored no weights. They are stored while it runs and when it ends; ` +
        'retry it to get them.',
      'run',
    )
  }
  const graph = await graphOf(context, row.spec, run)
  const { variables, step } = decodeCheckpoint(readCheckpointFile(path))
  return { row, graph, state: unpackState(layoutOf(graph, isMasked(row.spec)), variables), step }
}
