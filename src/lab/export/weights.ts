/** Weights and masks of a run as a file that other programs read. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { layoutOf, unpackState } from '../../engine/program/layout.ts'
import { openDataset } from '../../engine/data/index.ts'
import { writeNpz } from '../../engine/interchange/npz.ts'
import { writeSafetensors } from '../../engine/interchange/safetensors.ts'
import { stateToArrays } from '../../engine/interchange/state.ts'
import { decodeCheckpoint } from '../../engine/train/checkpoint.ts'
import { isMasked } from '../../shared/methods/traits.ts'
import { BenchError } from '../../shared/contract/errors.ts'
import { parametersOf } from '../../shared/graph/parameters.ts'
import type { LayerGraph } from '../../shared/graph/types.ts'
import type { WeightsRequest } from '../../shared/laboratory/requests.ts'
import { inputOf } from '../../shared/spec/data-shapes.ts'
import { canonicalSpec } from '../../shared/spec/identity.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { buildModel } from '../../shared/zoo/index.ts'
import type { LabContext } from '../context.ts'
import { rowsOf } from '../handlers/runs.ts'
import { environmentOf } from '../store/runs.ts'
import { lastCheckpoint } from '../store/artifacts.ts'
import { readCheckpointFile } from '../threads/checkpoint-file.ts'
import { writeBytes } from './writer.ts'

/** The model of a run; what its data are was recorded with it, or is told when they are opened. */
async function graphOf(spec: RunSpec, environment: Readonly<Record<string, string>>): Promise<LayerGraph> {
  const [shape, classes] = [environment['data shape'], environment['data classes']]
  if (shape !== undefined && classes !== undefined)
    return buildModel(spec.model, shape.split(' ').map(Number), Number(classes))
  if (spec.data.name !== 'image-folder' && spec.data.name !== 'file') {
    const known = inputOf(spec.data, {})
    return buildModel(spec.model, known.input, known.classes)
  }
  const dataset = await openDataset(spec.data)
  try {
    return buildModel(spec.model, dataset.shape, dataset.classes)
  } finally {
    dataset.close()
  }
}

/**
 * Writes the weights and masks of a run as they are in its last checkpoint: after training, those it ended
 * with. Throws BenchError `not-found` where the run has stored none.
 */
export async function writeWeights(
  context: LabContext,
  { run, format, pytorch = false, file }: WeightsRequest & { file: string },
): Promise<{ file: string; arrays: number; bytes: number }> {
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
  const graph = await graphOf(row.spec, environmentOf(context.database, run))
  const layout = layoutOf(graph, isMasked(row.spec))
  const { variables, step } = decodeCheckpoint(readCheckpointFile(path))
  const arrays = stateToArrays(parametersOf(graph), unpackState(layout, variables), {
    naming: pytorch ? 'pytorch' : 'bench',
  })
  const about = { run: String(run), step: String(step), specification: canonicalSpec(row.spec) }
  const bytes = format === 'npz' ? writeNpz(arrays) : writeSafetensors(arrays, about)
  return { file, arrays: arrays.length, bytes: writeBytes(file, bytes) }
}
