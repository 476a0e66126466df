/** Threads' work done without any: in place of src/lab/run/pool.ts and src/lab/threads/task-thread.ts. */
import type { MessagePort } from 'node:worker_threads'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/engine/train/checkpoint.ts'
import type { RunThread } from '../../src/lab/run/pool.ts'
import { COMMANDS } from '../../src/lab/threads/protocol.ts'
import type { WorkerInput, WorkerMessage } from '../../src/lab/threads/protocol.ts'
import { serve } from '../../src/lab/threads/serve.ts'
import { train } from './trainer.ts'

/** Trains with the fake trainer in this thread. */
export function startThread(
  _url: URL,
  input: Omit<WorkerInput, 'flag'>,
  onMessage: (message: WorkerMessage) => void,
): RunThread {
  const flag = new SharedArrayBuffer(4)
  // Messages are copied, as between threads.
  const port = { postMessage: (message: WorkerMessage) => onMessage(structuredClone(message)) }
  const trainer = { train, encode: encodeCheckpoint, decode: decodeCheckpoint }
  const ended = serve(port as MessagePort, { ...input, flag }, trainer)
  return {
    tell: (command) => void Atomics.store(new Int32Array(flag), 0, COMMANDS.indexOf(command)),
    kill: () => ended,
    ended,
  }
}

/** All data are the same. */
export async function runTask(_url: URL, name: string, input: unknown): Promise<unknown> {
  if (name !== 'data/ready') throw new Error(`no task ${name} without a thread`)
  return (input as readonly unknown[]).map(() => ({ hash: '0'.repeat(64), formerHash: null }))
}
