/** Fetching TensorFlow: long, and it hashes and inflates hundreds of megabytes. */
import type { DataProgress } from '../../../shared/contract/data.ts'
import { installTensorFlow } from '../../tensorflow/install.ts'
import type { TensorFlowRequest } from '../../tensorflow/install.ts'
import type { Task } from '../task-protocol.ts'

const PROGRESS_MS = 200

export const tensorFlowTasks = {
  'tensorflow/install': (input, progress, signal) => {
    let said = -Infinity
    const tell = (now: DataProgress): void => {
      if (performance.now() - said < PROGRESS_MS && now.received > 0 && now.received < now.total) return
      said = performance.now()
      progress(now)
    }
    return installTensorFlow(input as TensorFlowRequest, { progress: tell, signal })
  },
} satisfies Readonly<Record<string, Task>>
