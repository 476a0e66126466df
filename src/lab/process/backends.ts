/**
 * Which backends work here, found in a thread of its own: the native library is loaded in threads only, and
 * its memory goes back when the thread ends. Asked once a lab.
 */
import { Worker } from 'node:worker_threads'
import { toErrorMessage } from '../../shared/contract/errors.ts'
import type { DescribeInput, DescribeReply } from '../threads/protocol.ts'

/** How long a thread that has answered may take to end by itself. */
const GRACE_MS = 2000

/**
 * Never rejects: a thread that fails is a result too. Returns when the thread has ended, since a process
 * that exits while the native library is being taken down crashes.
 */
export function findBackends(url: URL): Promise<DescribeReply> {
  return new Promise((resolve) => {
    let reply: DescribeReply | null = null
    let reason = ''
    const worker = new Worker(url, { workerData: { job: 'describe' } satisfies DescribeInput })
    worker.once('message', (message: DescribeReply) => {
      reply = message
      setTimeout(() => void worker.terminate(), GRACE_MS).unref()
    })
    worker.once('error', (error) => {
      reason = toErrorMessage(error).message
    })
    worker.once('exit', (code) => {
      reason ||= `The thread that looked for backends ended with code ${code}.`
      resolve(
        reply ?? {
          auto: 'reference',
          backends: [{ name: 'tensorflow', available: false, device: '', version: '', reason }],
        },
      )
    })
  })
}
