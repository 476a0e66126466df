/** Own models. */
import { completeOwnModel } from '../../shared/models/complete.ts'
import { queueOf } from '../context.ts'
import { exportModel, importModel, removeModel } from '../models/import.ts'
import { listModels } from '../models/list.ts'
import { writeOnnx } from '../export/weights.ts'
import { predict } from '../models/predict.ts'
import { modelNames } from '../models/names.ts'
import type { Handlers } from './types.ts'

export const modelsHandlers: Handlers<
  | 'models/list'
  | 'models/import'
  | 'models/remove'
  | 'models/export'
  | 'models/complete'
  | 'onnx/write'
  | 'predict/write'
> = {
  'models/list': (context) => listModels(context.database),
  'models/import': (context, input) => {
    queueOf(context)
    return importModel(context, input)
  },
  'models/remove': (context, { name }) => {
    queueOf(context)
    return removeModel(context, name)
  },
  'onnx/write': (context, input) => writeOnnx(context, input),
  'predict/write': (context, input) => predict(context, input),
  'models/complete': ({ database }, { spec }) => completeOwnModel(spec, modelNames(database)),
  'models/export': (context, input) => exportModel(context, input),
}
