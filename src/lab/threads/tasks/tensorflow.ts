/** Fetching TensorFlow: long, and it hashes and inflates hundreds of megabytes. */
import { installTensorFlow } from '../../tensorflow/install.ts'
import type { TensorFlowRequest } from '../../tensorflow/install.ts'
import type { Task } from '../task-protocol.ts'
import { throttled } from './throttled.ts'

export const tensorFlowTasks = {
  'tensorflow/install': (input, progress, signal) =>
    installTensorFlow(input as TensorFlowRequest, { progress: throttled(progress), signal }),
} satisfies Readonly<Record<string, Task>>
