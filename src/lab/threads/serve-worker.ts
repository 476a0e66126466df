/** What a worker thread does with what it was started with; the trainer comes from the entry. */
import { parentPort, workerData } from 'node:worker_threads'
import type { DescribeInput, DescribeReply, WorkerInput } from './protocol.ts'
import { serve } from './serve.ts'
import { serveTask } from './serve-task.ts'
import type { Task, TaskInput } from './task-protocol.ts'
import type { Trainer } from './serve.ts'

/** Runs this thread. @param describe looks which backends work */
export async function serveWorker(
  trainer: Trainer,
  describe: () => Promise<DescribeReply>,
  tasks: Readonly<Record<string, Task>> = {},
): Promise<void> {
  if (!parentPort) throw new Error('This file is the entry of a worker thread and cannot run by itself.')
  const input = workerData as WorkerInput | DescribeInput | TaskInput
  if (input.job !== 'describe' && input.models.length > 0) {
    const { addKnownModels } = await import('../../shared/models/known.ts')
    addKnownModels(input.models)
  }
  if (input.job === 'describe') parentPort.postMessage(await describe())
  else if (input.job === 'task') await serveTask(parentPort, input, tasks)
  else await serve(parentPort, input, trainer)
}
