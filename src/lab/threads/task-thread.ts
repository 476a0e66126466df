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

/**
 * Threads of tasks at once; what comes meanwhile waits in the order in which it came. A page that asks a
 * thousand things gets a thousand answers, and not a thousand threads.
 */
export const MOST_TASKS = 16
let running = 0
const waiting: (() => void)[] = []

async function turn(): Promise<void> {
  if (running >= MOST_TASKS) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
}

/** Hands the place on, so that nobody comes in between. */
function leave(): void {
  const next = waiting.shift()
  if (next) next()
  else running -= 1
}

/** How long a thread that was told to stop, or that has answered, may take to end by itself. */
const GRACE_MS = 3000

/**
 * Runs a task of tasks/ and returns its result. Rejects with its BenchError; with
 * BenchError('unavailable') when the thread dies without a word.
 */
export async function runTask(
  url: URL,
  name: string,
  input: unknown,
  options: TaskOptions = {},
): Promise<unknown> {
  await turn()
  try {
    if (options.signal?.aborted) throw new BenchError('cancelled', 'It was cancelled.')
    return await inThread(url, name, input, options)
  } finally {
    leave()
  }
}

function inThread(
  url: URL,
  name: string,
  input: unknown,
  { onProgress, signal, models = [] }: TaskOptions,
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
