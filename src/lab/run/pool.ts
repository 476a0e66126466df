/** One worker thread for one run: started, told what to do, listened to, and ended. */
import { Worker } from 'node:worker_threads'
import { BenchError, toErrorMessage } from '../../shared/contract/errors.ts'
import { COMPUTING_VARIABLE, releaseCompilationLock, shareCompilationLock } from '../../engine/index.ts'
import type { Command } from '../../engine/index.ts'
import { COMMANDS } from '../threads/protocol.ts'
import type { WorkerInput, WorkerMessage } from '../threads/protocol.ts'

export interface RunThread {
  /** Heard after the next step. */
  tell(command: Command): void
  /** Ends the thread at once. */
  kill(): Promise<void>
  /** Settles when the thread has ended; every message was delivered before. Never rejects. */
  readonly ended: Promise<void>
}

/** How long a thread that has said its last word may take to end by itself. */
const GRACE_MS = 2000

/**
 * Starts a thread. `onMessage` gets all messages in order, the last one always `done` or `failed`: a thread
 * that dies without a word (out of memory, exit) is reported as failed.
 * @param threads that may compute for it; all where it is left out
 */
export function startThread(
  url: URL,
  input: Omit<WorkerInput, 'flag'>,
  onMessage: (message: WorkerMessage) => void,
  threads?: number,
): RunThread {
  shareCompilationLock()
  const flag = new SharedArrayBuffer(4)
  const worker = new Worker(url, {
    workerData: { ...input, flag } satisfies WorkerInput,
    ...(threads === undefined ? {} : { env: { ...process.env, [COMPUTING_VARIABLE]: String(threads) } }),
    stdout: false,
    stderr: false,
  })
  const thread = worker.threadId
  let over = false
  const finish = (message: WorkerMessage): void => {
    if (over) return
    over = true
    onMessage(message)
  }
  const fail = (error: unknown): void =>
    finish({ kind: 'failed', error: toErrorMessage(error), seconds: Number.NaN })

  worker.on('message', (message: WorkerMessage) => {
    if (message.kind !== 'done' && message.kind !== 'failed') {
      if (!over) onMessage(message)
      return
    }
    finish(message)
    setTimeout(() => void worker.terminate(), GRACE_MS).unref()
  })
  worker.on('messageerror', fail)
  worker.on('error', (error) => {
    const memory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    fail(
      memory
        ? new BenchError('unavailable', 'The run needs more memory than there is.', null, { cause: error })
        : error,
    )
  })
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      releaseCompilationLock(thread)
      fail(new Error(`The run’s thread ended unexpectedly with code ${code}.`))
      resolve()
    })
  })
  return {
    tell: (command) => {
      Atomics.store(new Int32Array(flag), 0, COMMANDS.indexOf(command))
    },
    kill: async () => {
      await worker.terminate()
    },
    ended,
  }
}
