/** A thread that reads and decodes image files while the native step keeps the run's own thread busy. */
import { parentPort } from 'node:worker_threads'
import { toErrorMessage } from '../../shared/contract/errors.ts'
import { bytesOfRequest, decodeImage } from './decode.ts'
import type { DecodeJob, DecodeReply } from './decode-messages.ts'

parentPort?.on('message', ({ id, requests }: DecodeJob) => {
  const reply = (message: DecodeReply, transfer: ArrayBuffer[]): void =>
    parentPort?.postMessage(message, transfer)
  try {
    const size = requests[0].size ** 2 * 3
    const pixels = new Uint8Array(requests.length * size)
    requests.forEach((request, k) => pixels.set(decodeImage(bytesOfRequest(request), request), k * size))
    reply({ id, pixels }, [pixels.buffer])
  } catch (error) {
    reply({ id, error: toErrorMessage(error) }, [])
  }
})
