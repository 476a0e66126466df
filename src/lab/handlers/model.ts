/** Models. */
import { isQuickToDescribe } from '../../engine/index.ts'
import type { ModelDescription } from '../../shared/contract/model.ts'
import { completeOwnModel } from '../../shared/models/complete.ts'
import { knownModel } from '../../shared/models/known.ts'
import { isOwn } from '../../shared/spec/own.ts'
import { parseSpec } from '../../shared/spec/parse.ts'
import { methodsFor } from '../methods/runs.ts'
import { rawField } from '../../shared/spec/paths.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import { knowModelOf, modelNames } from '../models/names.ts'
import { ownWeightsOf, withWeightsPath } from '../models/weights.ts'
import { lookAtOwnData } from '../run/look-at-data.ts'
import { knownInputOf } from '../store/own-data.ts'
import { runTask } from '../threads/task-thread.ts'
import { describe } from '../threads/tasks/model.ts'
import type { ModelTaskInput } from '../threads/tasks/model.ts'
import type { LabContext } from '../context.ts'
import type { Handlers } from './types.ts'

/** The hash of an own model's weights beside a path that names them. */
function boundWeights(spec: RunSpec, { database }: LabContext): RunSpec {
  const { initialization } = spec
  const { file } = initialization
  if (!isOwn(file.path) || file.sha256 !== '') return spec
  const sha256 = ownWeightsOf(database)(file.path)
  return { ...spec, initialization: { ...initialization, file: { ...file, sha256 } } }
}

/** Shape and classes that a model is shown for: those asked for, the data's, or the own model's. */
function shapeFor(
  spec: RunSpec,
  given: Readonly<Record<string, unknown>>,
  asked: { readonly input?: readonly number[]; readonly classes?: number },
): Pick<ModelTaskInput, 'input' | 'classes'> {
  if (!isOwn(spec.model.name) || rawField(given, 'data.name') !== undefined)
    return knownInputOf(spec.data, asked)
  const { input, classes } = knownModel(spec.model.sha256, spec.model.name)
  return knownInputOf(spec.data, { input: asked.input ?? input, classes: asked.classes ?? classes })
}

export const modelHandlers: Handlers<'model/show'> = {
  'model/show': async (context, { spec: given, ...shape }) => {
    const spec = parseSpec(completeOwnModel(given, modelNames(context.database)))
    await lookAtOwnData(context, [spec.data])
    const request: ModelTaskInput = {
      spec: withWeightsPath(boundWeights(spec, context), context.paths.models),
      ...shapeFor(spec, given, shape),
    }
    if (isQuickToDescribe(spec)) return describe(request)
    const models = knowModelOf(context.database, spec)
    const methods = methodsFor(context, spec)
    const task: ModelTaskInput = { ...request, methods }
    return (await runTask(context.workerUrl, 'model/show', task, { models })) as ModelDescription
  },
}
