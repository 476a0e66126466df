/** All handlers. To add a method: its line in the table of calls, a handler in its domain's file, a test. */
import type { LabMethod } from '../../shared/contract/lab.ts'
import type { LabContext } from '../context.ts'
import { bundleHandlers } from './bundle.ts'
import { clusterHandlers } from './cluster.ts'
import { compareHandlers } from './compare.ts'
import { dataHandlers } from './data.ts'
import { homeHandlers } from './home.ts'
import { labHandlers } from './lab.ts'
import { laboratoryHandlers } from './laboratory.ts'
import { methodHandlers } from './methods.ts'
import { modelHandlers } from './model.ts'
import { modelsHandlers } from './models.ts'
import { pathHandlers } from './paths.ts'
import { queueHandlers } from './queue.ts'
import { remoteHandlers } from './remotes.ts'
import { runHandlers } from './runs.ts'
import { studyHandlers } from './studies.ts'
import { tensorFlowHandlers } from './tensorflow.ts'
import type { Handlers } from './types.ts'
import { viewHandlers } from './views.ts'

export const HANDLERS: Handlers<LabMethod> = {
  ...labHandlers,
  ...homeHandlers,
  ...studyHandlers,
  ...runHandlers,
  ...queueHandlers,
  ...clusterHandlers,
  ...compareHandlers,
  ...dataHandlers,
  ...laboratoryHandlers,
  ...methodHandlers,
  ...modelHandlers,
  ...modelsHandlers,
  ...bundleHandlers,
  ...viewHandlers,
  ...pathHandlers,
  ...tensorFlowHandlers,
  ...remoteHandlers,
}

/** Answers a call whose input was parsed by the table of calls. */
export function handle(context: LabContext, method: LabMethod, input: unknown): unknown {
  const handler: (context: LabContext, input: never) => unknown = HANDLERS[method]
  return handler(context, input as never)
}
