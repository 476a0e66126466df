/**
 * What the lab does in threads of their own besides training. To add a task: a function in its domain's
 * file, its line here, and a handler that calls `runTask` with its name.
 */
import type { Task } from '../task-protocol.ts'
import { dataTasks } from './data.ts'
import { laboratoryTasks } from './laboratory.ts'
import { layerTasks } from './layer.ts'
import { methodTasks } from './methods.ts'
import { modelTasks } from './model.ts'
import { predictTasks } from './predict.ts'
import { tensorFlowTasks } from './tensorflow.ts'

export const TASKS: Readonly<Record<string, Task>> = {
  ...dataTasks,
  ...laboratoryTasks,
  ...layerTasks,
  ...methodTasks,
  ...modelTasks,
  ...predictTasks,
  ...tensorFlowTasks,
}
