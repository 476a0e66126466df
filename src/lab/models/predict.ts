/** Predictions of a run or of an own model with its own weights. */
import type { PredictRequest, PredictResult } from '../../shared/contract/own-models.ts'
import { ownName } from '../../shared/spec/own.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { completeOwnModel } from '../../shared/models/complete.ts'
import { knownModel } from '../../shared/models/known.ts'
import { buildNetwork } from '../../shared/zoo/index.ts'
import type { LabContext } from '../context.ts'
import { storedRun } from '../export/run-state.ts'
import type { StoredRun } from '../export/run-state.ts'
import { runTask } from '../threads/task-thread.ts'
import type { PredictTaskInput } from '../threads/tasks/predict.ts'
import { namedModel } from './list.ts'
import { modelNames } from './names.ts'
import { stateOfModel } from './weights.ts'

function ownNetwork(context: LabContext, model: string): Pick<StoredRun, 'graph' | 'state'> {
  const named = namedModel(context.database, model)
  const name = ownName(named.name)
  const spec = parseSpec(completeOwnModel({ model: { name } }, modelNames(context.database)))
  const { input, classes } = knownModel(named.hash, name)
  const graph = buildNetwork(spec, input, classes)
  return { graph, state: stateOfModel(context.paths.models, named, graph) }
}

/**
 * Writes the logits of the examples in a file: by a run's last weights, or by the weights that an own model
 * came with. Throws BenchError: `not-found` for a run without weights or an unknown model, `bad-file`,
 * `bad-data` for examples that do not fit.
 */
export async function predict(context: LabContext, request: PredictRequest): Promise<PredictResult> {
  const { graph, state } =
    typeof request.of === 'number' ? await storedRun(context, request.of) : ownNetwork(context, request.of)
  const { input, file, backend = 'auto' } = request
  const task: PredictTaskInput = { graph, state, input, file, backend }
  return (await runTask(context.workerUrl, 'predict/write', task)) as PredictResult
}
