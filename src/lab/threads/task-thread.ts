/** One task in a thread of its own, so that long work never holds up the lab's messages. */
import { Worker } from 'node:worker_threads'
import { BenchError, fromErrorMessage } from '../../shared/contract/errors.ts'
import type { TaskInput, TaskMessage } from './task-protocol.ts'

export interface TaskOptions {
  readonly onProgress?: (value: unknown) => void
  /** Asks the task to stop; it ends with BenchError('cancelled'). */
  readonly signal?: AbortSignal
  /** Contents of the own models that the input names. */
  readonly models?: readonly string[]
}

/** How long a thread that was told to stop, or that has answered, may take to end by itself. */
const GRACE_MS = 3000

/**
 * Runs a task of tasks/ and returns its result. Rejects with its BenchError; with
 * BenchError('unavailable') when the thread dies without a word.
 */
export function runTask(
  url: URL,
  name: string,
  input: unknown,
  { onProgress, signal, models = [] }: TaskOptions = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData: { job: 'task', name, input, models } satisfies TaskInput })
    const endSoon = (): void => {
      setTimeout(() => void worker.terminate(), GRACE_MS).unref()
    }
    const cancel = (): void => {
      worker.postMessage('cancel')
      endSoon()
    }
    let last: TaskMessage | null = null
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    worker.on('message', (message: TaskMessage) => {
      if (message.kind === 'progress') {
        onProgress?.(message.value)
        return
      }
      last = message
      endSoon()
    })
    worker.on('error', (error) => {
      reject(error instanceof Error ? error : new Error(String(error)))
    })
    // Answered when the thread is gone: a process that exits while a native library is taken down crashes.
    worker.on('exit', (code) => {
      signal?.removeEventListener('abort', cancel)
      const end = last as TaskMessage | null
      if (end?.kind === 'answer') resolve(end.output)
      else if (end?.kind === 'failed') reject(fromErrorMessage(end.error))
      else if (signal?.aborted) reject(new BenchError('cancelled', 'It was cancelled.'))
      else reject(new BenchError('unavailable', `“${name}” ended unexpectedly with code ${code}.`))
    })
  })
}
