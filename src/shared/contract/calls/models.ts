/** Calls on models, and on methods of the user's own. */
import { z } from 'zod'
import { onnxSchema } from '../../laboratory/requests.ts'
import { BACKENDS } from '../../spec/schema.ts'
import { methodSettingsSchema } from '../methods.ts'
import type { MethodCheck, MethodRow, MethodSettings, MethodText } from '../methods.ts'
import type { ModelDescription } from '../model.ts'
import type { OwnModelImport, OwnModelRemoval, OwnModelRow, PredictResult } from '../own-models.ts'
import { changes, gives, reads, takes, writes } from './call.ts'
import { file, id, job, nothing } from './fields.ts'

const partial = z.record(z.string(), z.unknown()).readonly()
const name = z.string().min(1).max(100)

const shown = z.strictObject({
  /** A partial run specification: model, data, sparsity, initialization and seed are looked at. */
  spec: partial,
  /** [height, width, channels] or [features]; the data set's own when left out. */
  input: z.array(z.number().int().min(1).max(4096)).max(3).readonly().optional(),
  /** The data set's own when left out. */
  classes: z.number().int().min(2).max(1_000_000).optional(),
})
const predicted = z.strictObject({
  of: z.union([id, name]),
  input: file,
  file,
  backend: z.enum(BACKENDS).optional(),
})

export const modelCalls = {
  /** A model layer by layer, under a density distribution and a weight scheme. */
  'model/show': reads(shown, gives<ModelDescription>()),
  /** Own models, by name. */
  'models/list': reads(nothing, gives<readonly OwnModelRow[]>()),
  /** A partial specification with what this home knows of its own model filled in. */
  'models/complete': reads(z.strictObject({ spec: partial }), gives<Record<string, unknown>>()),
  /** Brings a model in; a name that stood for another model stands for this one from then on. */
  'models/import': takes(z.strictObject({ file, name: name.optional() }), gives<OwnModelImport>(), {
    file: 'taken',
  }),
  /** Takes a name away; runs keep their model. */
  'models/remove': changes(z.strictObject({ name }), gives<OwnModelRemoval>()),
  'models/export': writes(
    z.strictObject({ name, file }),
    gives<{ readonly file: string; readonly bytes: number }>(),
    { file: 'written' },
  ),
  /** Writes the network of a run, with its stored weights, as an ONNX file. */
  'onnx/write': writes(
    onnxSchema.extend({ file }),
    gives<{ readonly file: string; readonly layers: number; readonly bytes: number }>(),
    { file: 'written' },
  ),
  /** Writes the logits of the examples in a file. */
  'predict/write': writes(predicted, gives<PredictResult>(), { input: 'taken', file: 'written' }),
} as const

const method = z.string().min(1).max(80)
const named = { job: job.optional() }

export const methodCalls = {
  /** Methods of the user's own, and those that runs were made with. */
  'methods/list': reads(nothing, gives<readonly MethodRow[]>()),
  /** A method's text, to be looked at; by its name or its content's hash. */
  'methods/text': reads(z.strictObject({ name: method }), gives<MethodText>()),
  /** Runs a method on several cases; it must be allowed to run. */
  'methods/check': reads(z.strictObject({ name: method, ...named }), gives<MethodCheck>()),
  /** The same with a file that was not added; its code runs. */
  'methods/check-file': takes(z.strictObject({ file, ...named }), gives<MethodCheck>(), { file: 'taken' }),
  /** Keeps the file's content under the name that it says; its code runs. */
  'methods/add': takes(z.strictObject({ file }), gives<MethodRow>(), { file: 'taken' }),
  'methods/remove': changes(
    z.strictObject({ name: method }),
    gives<{ readonly name: string; readonly runs: number }>(),
  ),
  /** Allows a content to run on the lab's computer, once the user has seen its text. */
  'methods/trust': takes(
    z.strictObject({ name: method, sha256: z.string().length(64) }),
    gives<MethodRow | null>(),
  ),
  /** How methods are run on the lab's computer; what is given is changed. */
  'methods/settings': takes(methodSettingsSchema.partial(), gives<MethodSettings>()),
} as const
