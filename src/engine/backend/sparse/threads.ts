/** The threads of a program: the caller is the first, helpers wait in WebAssembly for the next tape. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { KERNELS } from './kernels-binary.ts'
import type { SharedMemory } from './memory.ts'

interface Kernels {
  runTape(tape: number): void
  begin(words: number, table: number): void
}

/**
 * A helper is these lines and needs no file, which would be found elsewhere in a bundle. It never returns
 * to its event loop.
 */
const HELPER = `
const { parentPort, workerData: { module, memory, words, thread } } = require('node:worker_threads')
const { exports } = new WebAssembly.Instance(module, { env: { memory } })
parentPort.postMessage('ready')
setImmediate(() => exports.help(words, thread))
`

export class Threads {
  readonly #kernels: Kernels
  readonly #words: number
  readonly #workers: readonly Worker[]

  private constructor(kernels: Kernels, words: number, workers: readonly Worker[]) {
    this.#kernels = kernels
    this.#words = words
    this.#workers = workers
  }

  /** Starts the helpers, and answers when all wait. `words`: address of the two words that `begin` writes. */
  static async start(count: number, memory: SharedMemory, words: number): Promise<Threads> {
    const module = await kernelModule()
    const instance = await WebAssembly.instantiate(module, { env: { memory: memory.memory } })
    const workers = Array.from({ length: count - 1 }, (_, i) => {
      const workerData = { module, memory: memory.memory, words, thread: i + 1 }
      return new Worker(HELPER, { eval: true, workerData })
    })
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    // A program that is open must not keep the process from ending.
    for (const worker of workers) worker.unref()
    return new Threads(kernelsOf(instance), words, workers)
  }

  /** Runs one tape a thread; answers when the first thread's tape, which ends with a barrier, is done. */
  run(table: number, first: number): void {
    if (this.#workers.length > 0) this.#kernels.begin(this.#words, table)
    this.#kernels.runTape(first)
  }

  stop(): void {
    this.#kernels.begin(this.#words, 0)
    for (const worker of this.#workers) void worker.terminate()
  }
}

let compiled: Promise<WebAssembly.Module> | null = null

/** The kernels, compiled once a process. */
function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(Buffer.from(KERNELS, 'base64'))
  return compiled
}

function kernelsOf({ exports }: WebAssembly.Instance): Kernels {
  const { runTape, begin } = exports
  if (typeof runTape !== 'function' || typeof begin !== 'function')
    throw new Error('the kernels lack an entry')
  return { runTape: (tape) => void runTape(tape), begin: (words, table) => void begin(words, table) }
}
