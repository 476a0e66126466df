/** Own models. */
import { z } from 'zod'
import { completeOwnModel } from '../../shared/models/complete.ts'
import { onnxSchema } from '../../shared/laboratory/requests.ts'
import { BACKENDS } from '../../shared/spec/schema.ts'
import { queueOf } from '../context.ts'
import { exportModel, importModel, removeModel } from '../models/import.ts'
import { listModels } from '../models/list.ts'
import { writeOnnx } from '../export/weights.ts'
import { predict } from '../models/predict.ts'
import { modelNames } from '../models/names.ts'
import { nothing, parseInput } from './types.ts'
import type { Handlers } from './types.ts'

const file = z.string().min(1).max(4096)
const name = z.string().min(1).max(100)

export const modelsHandlers: Handlers<
  | 'models/list'
  | 'models/import'
  | 'models/remove'
  | 'models/export'
  | 'models/complete'
  | 'onnx/write'
  | 'predict/write'
> = {
  'models/list': (context, input) => {
    parseInput(nothing, input)
    return listModels(context.database)
  },
  'models/import': (context, input) => {
    queueOf(context)
    return importModel(context, parseInput(z.strictObject({ file, name: name.optional() }), input))
  },
  'models/remove': (context, input) => {
    queueOf(context)
    return removeModel(context, parseInput(z.strictObject({ name }), input).name)
  },
  'onnx/write': (context, input) => writeOnnx(context, parseInput(onnxSchema.extend({ file }), input)),
  'predict/write': (context, input) =>
    predict(
      context,
      parseInput(
        z.strictObject({
          of: z.union([z.number().int().min(1), name]),
          input: file,
          file,
          backend: z.enum(BACKENDS).optional(),
        }),
        input,
      ),
    ),
  'models/complete': ({ database }, input) => {
    const { spec } = parseInput(z.strictObject({ spec: z.record(z.string(), z.unknown()) }), input)
    return completeOwnModel(spec, modelNames(database))
  },
  'models/export': (context, input) =>
    exportModel(context, parseInput(z.strictObject({ name, file }), input)),
}
