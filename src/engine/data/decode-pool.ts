/** Decoder threads behind one call: requests in, RGB bytes out, in order. */
import { Worker } from 'node:worker_threads'
import { fromErrorMessage } from '../../shared/contract/errors.ts'
import type { DecodeJob, DecodeReply } from './decode-messages.ts'
import type { DecodeRequest } from './decode.ts'

interface Waiting {
  readonly resolve: (pixels: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/** The thread's file beside this one, as a source or as it is bundled. */
function workerUrl(): URL {
  const suffix = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./decode-worker${suffix}`, import.meta.url)
}

export class DecodePool {
  readonly #workers: Worker[]
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  constructor(threads: number) {
    this.#workers = Array.from({ length: threads }, () => this.#start())
  }

  /**
   * RGB bytes of all requests, one after the other. Rejects with BenchError('bad-data') of the first bad
   * file.
   */
  async decode(requests: readonly DecodeRequest[]): Promise<Uint8Array> {
    if (requests.length === 0) return new Uint8Array(0)
    const share = Math.ceil(requests.length / this.#workers.length)
    const parts = await Promise.all(
      this.#workers.flatMap((worker, k) => {
        const part = requests.slice(k * share, (k + 1) * share)
        return part.length > 0 ? [this.#ask(worker, part)] : []
      }),
    )
    const pixels = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      pixels.set(part, at)
      at += part.length
    }
    return pixels
  }

  close(): void {
    for (const worker of this.#workers) void worker.terminate()
    for (const { reject } of this.#waiting.values()) reject(new Error('the data set was closed'))
    this.#waiting.clear()
  }

  #ask(worker: Worker, requests: readonly DecodeRequest[]): Promise<Uint8Array> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      // Whoever waits for pixels keeps the program alive, an open data set alone does not.
      worker.ref()
      worker.postMessage({ id, requests } satisfies DecodeJob)
    })
  }

  #start(): Worker {
    const worker = new Worker(workerUrl())
    worker.on('message', (reply: DecodeReply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if (this.#waiting.size === 0) for (const each of this.#workers) each.unref()
      if ('pixels' in reply) waiting?.resolve(reply.pixels)
      else waiting?.reject(fromErrorMessage(reply.error))
    })
    worker.on('error', (error) => {
      for (const { reject } of this.#waiting.values())
        reject(error instanceof Error ? error : new Error(String(error)))
      this.#waiting.clear()
    })
    worker.unref()
    return worker
  }
}
