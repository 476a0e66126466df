/** The threads of a program: the caller is the first, helpers wait in WebAssembly for the next tape. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BenchError } from '../../../shared/contract/errors.ts'
import { kernelModule } from './kernel-module.ts'
import type { SharedMemory } from './memory.ts'

interface Kernels {
  runTape(tape: number): void
  begin(words: number, table: number): void
}

/** Where in shared memory the threads meet: addresses of the words that `begin` and `barrier` use. */
export interface Meeting {
  readonly begin: number
  readonly barrier: number
}

/** From `begin`: the word that a helper sets when it fails. */
const FAILED = 2

/**
 * A helper is these lines and needs no file, which would be found elsewhere in a bundle. It is told what to
 * do in a message, so that it starts while the program is planned. It never returns to its event loop. One
 * that fails says so, and from then on only keeps the others from waiting for it: it goes through their
 * barriers until it is ended.
 */
const HELPER = `
const { parentPort } = require('node:worker_threads')
parentPort.once('message', ({ module, memory, begin, barrier, thread, threads }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  parentPort.postMessage('ready')
  setImmediate(() => {
    try {
      exports.help(begin, thread)
    } catch {
      const words = new Int32Array(memory.buffer)
      const [arrived, round] = [barrier / 4, barrier / 4 + 1]
      Atomics.store(words, begin / 4 + ${FAILED}, 1)
      for (;;) {
        const now = Atomics.load(words, round)
        if (Atomics.add(words, arrived, 1) === threads - 1) {
          Atomics.store(words, arrived, 0)
          Atomics.add(words, round, 1)
          Atomics.notify(words, round)
        } else while (Atomics.load(words, round) === now) Atomics.wait(words, round, now)
      }
    }
  })
})
`

export class Threads {
  readonly #kernels: Kernels
  readonly #begin: number
  readonly #memory: SharedMemory
  readonly workers: readonly Worker[]
  #gone = false

  private constructor(kernels: Kernels, begin: number, memory: SharedMemory, workers: readonly Worker[]) {
    this.#kernels = kernels
    this.#begin = begin
    this.#memory = memory
    this.workers = workers
    for (const worker of workers) {
      worker.on('error', () => (this.#gone = true))
      worker.on('exit', () => (this.#gone = true))
    }
  }

  /**
   * Starts the helpers of `count` threads, while `prepare` makes the memory and says where they meet in it;
   * returns when all wait.
   */
  static async start<Prepared extends { readonly memory: SharedMemory; readonly meeting: Meeting }>(
    count: number,
    prepare: () => Prepared,
  ): Promise<{ readonly threads: Threads; readonly prepared: Prepared }> {
    const workers = Array.from({ length: count - 1 }, () => new Worker(HELPER, { eval: true }))
    try {
      const module = kernelModule()
      const prepared = prepare()
      const { memory } = prepared.memory
      const { begin, barrier } = prepared.meeting
      const ready = workers.map((worker) => once(worker, 'message'))
      workers.forEach((worker, i) => {
        worker.postMessage({ module, memory, begin, barrier, thread: i + 1, threads: count })
      })
      const instance = await WebAssembly.instantiate(module, { env: { memory } })
      await Promise.all(ready)
      // A program that is open must not keep the process from ending.
      for (const worker of workers) worker.unref()
      return { threads: new Threads(kernelsOf(instance), begin, prepared.memory, workers), prepared }
    } catch (error) {
      for (const worker of workers) void worker.terminate()
      throw error
    }
  }

  /**
   * Runs one tape a thread; returns when the first thread's tape, which ends with a barrier, is done.
   * @throws BenchError `unavailable` when a helper has died: what it should have computed is missing.
   */
  run(table: number, first: number): void {
    this.#check()
    if (this.workers.length > 0) this.#kernels.begin(this.#begin, table)
    this.#kernels.runTape(first)
    this.#check()
  }

  #check(): void {
    if (!this.#gone && Atomics.load(this.#memory.words, this.#begin / 4 + FAILED) === 0) return
    throw new BenchError(
      'unavailable',
      'A helper thread of the sparse backend died; retry the run, and it goes on from its last checkpoint.',
      'sparse',
    )
  }

  stop(): void {
    this.#kernels.begin(this.#begin, 0)
    for (const worker of this.workers) void worker.terminate()
  }
}

function kernelsOf({ exports }: WebAssembly.Instance): Kernels {
  const { runTape, begin } = exports
  if (typeof runTape !== 'function' || typeof begin !== 'function')
    throw new Error('the kernels lack an entry')
  return { runTape: (tape) => void runTape(tape), begin: (words, table) => void begin(words, table) }
}
