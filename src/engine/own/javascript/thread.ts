/** A thread that runs one method's file in JavaScript or TypeScript. */
import { Worker } from 'node:worker_threads'
import { Calls, closed } from '../calls.ts'
import { endedEarly, failed } from '../failure.ts'
import type { OwnArrays, OwnFile, OwnHost, OwnLimits, OwnReply, OwnRequest } from '../types.ts'
import type { ThreadRequest } from './worker.ts'

/** The thread's file, as a source or as it is bundled. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./worker.ts', import.meta.url)
    : new URL('./own-method-worker.js', import.meta.url)
}

export class JavascriptThread implements OwnHost {
  readonly #worker: Worker
  readonly #calls: Calls
  readonly #file: OwnFile

  constructor(file: OwnFile, limits: OwnLimits) {
    this.#file = file
    const worker = new Worker(workerUrl(), {
      workerData: file,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limits.memory / 2 ** 20) },
    })
    this.#worker = worker
    this.#calls = new Calls(file, limits, () => void worker.terminate())
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => this.#calls.print(text))
    }
    worker.on('message', (reply: OwnReply) => this.#calls.answer(reply))
    worker.on('error', (error) => {
      const message = error instanceof Error ? error.message : String(error)
      const memory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#calls.end(failed(file, { kind: memory ? 'memory' : 'raised', message, line: null }, limits))
    })
    worker.on('exit', (code) =>
      this.#calls.end(endedEarly(file, `its thread’s code is ${code}`, this.#calls.printed)),
    )
  }

  call(request: OwnRequest, arrays: OwnArrays = new Map()): Promise<OwnReply> {
    return this.#calls.ask(request.call, () =>
      this.#worker.postMessage({ request, arrays } satisfies ThreadRequest),
    )
  }

  get ended(): boolean {
    return this.#calls.ended
  }

  printed(): string {
    return this.#calls.printed
  }

  close(): void {
    this.#calls.end(closed(this.#file))
    void this.#worker.terminate()
  }
}
