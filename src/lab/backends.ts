/**
 * Which backends work here, found in a thread of its own: the native library is loaded in threads only, and its memory
 * goes back when the thread ends. Asked once a lab.
 */
import { Worker } from 'node:worker_threads'
import { toErrorMessage } from '../shared/contract/errors.ts'
import type { DescribeInput, DescribeReply } from './thread/protocol.ts'

/** Never rejects: a thread that fails is an answer too. */
export function findBackends(url: URL): Promise<DescribeReply> {
  return new Promise((resolve) => {
    const none = (reason: string): DescribeReply => ({
      auto: 'reference',
      backends: [{ name: 'tensorflow', available: false, device: '', version: '', reason }],
    })
    const worker = new Worker(url, { workerData: { job: 'describe' } satisfies DescribeInput })
    worker.once('message', (reply: DescribeReply) => {
      resolve(reply)
      void worker.terminate()
    })
    worker.once('error', (error) => resolve(none(toErrorMessage(error).message)))
    worker.once('exit', (code) => resolve(none(`The thread that looked for backends ended with code ${code}.`)))
  })
}
