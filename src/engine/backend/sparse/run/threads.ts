/** The threads of a program: the caller is the first, helpers wait in WebAssembly for the next tape. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BenchError } from '../../../../shared/contract/errors.ts'
import { kernelModule } from './kernel-module.ts'
import type { SharedMemory } from '../plan/memory.ts'

interface Kernels {
  readonly exports: Readonly<Record<string, unknown>>
  runTape(tape: number): void
  begin(words: number, table: number): void
  zero(at: number, bytes: number): void
  runShare(table: number, thread: number, threads: number, parts: number, places: number, words: number): void
}

/** Where in shared memory the threads meet: addresses of the words that `begin` and `barrier` use. */
export interface Meeting {
  readonly begin: number
  readonly barrier: number
  /** A word a tape: where it goes on after a barrier, where threads have several. */
  readonly places: number
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
parentPort.once('message', ({ module, memory, begin, barrier, places, thread, threads, parts }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  parentPort.postMessage('ready')
  setImmediate(() => {
    try {
      exports.help(begin, thread, threads, parts, places, barrier)
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
  readonly #meeting: Meeting
  readonly #memory: SharedMemory
  readonly #parts: number
  readonly workers: readonly Worker[]
  #gone = false
  /** Is told of the tapes that are about to run. */
  inspect: ((tapes: readonly number[]) => void) | null = null

  private constructor(
    kernels: Kernels,
    meeting: Meeting,
    memory: SharedMemory,
    parts: number,
    workers: readonly Worker[],
  ) {
    this.#kernels = kernels
    this.#meeting = meeting
    this.#memory = memory
    this.#parts = parts
    this.workers = workers
    for (const worker of workers) {
      worker.on('error', () => (this.#gone = true))
      worker.on('exit', () => (this.#gone = true))
    }
  }

  /**
   * Starts the helpers of `count` threads, while `prepare` makes the memory and says where they meet in it;
   * returns when all wait.
   * @param parts tapes of a table: each thread runs one, or, where there are fewer threads, its share in turn
   */
  static async start<Prepared extends { readonly memory: SharedMemory; readonly meeting: Meeting }>(
    parts: number,
    prepare: () => Prepared,
    count = parts,
  ): Promise<{ readonly threads: Threads; readonly prepared: Prepared }> {
    const workers = Array.from({ length: count - 1 }, () => new Worker(HELPER, { eval: true }))
    try {
      const module = kernelModule()
      const prepared = prepare()
      const { memory } = prepared.memory
      const { meeting } = prepared
      const ready = workers.map((worker) => once(worker, 'message'))
      workers.forEach((worker, i) => {
        worker.postMessage({ module, memory, ...meeting, thread: i + 1, threads: count, parts })
      })
      const instance = await WebAssembly.instantiate(module, { env: { memory } })
      await Promise.all(ready)
      // A program that is open must not keep the process from ending.
      for (const worker of workers) worker.unref()
      const kernels = kernelsOf(instance)
      prepared.memory.clearBy(kernels.zero)
      const threads = new Threads(kernels, meeting, prepared.memory, parts, workers)
      return { threads, prepared }
    } catch (error) {
      for (const worker of workers) void worker.terminate()
      throw error
    }
  }

  /**
   * Runs the tapes of a table; returns when the first, which ends with a barrier, is done. Without a table
   * (0) the caller runs the first alone, which has no barrier, and the helpers are left asleep.
   * @throws BenchError `unavailable` when a helper has died: what it should have computed is missing.
   */
  run(table: number, first: number): void {
    this.#check()
    const { words } = this.#memory
    this.inspect?.(table === 0 ? [first] : [...words.subarray(table / 4, table / 4 + this.#parts)])
    const { begin, barrier, places } = this.#meeting
    const threads = this.workers.length + 1
    if (threads > 1 && table !== 0) this.#kernels.begin(begin, table)
    if (threads === this.#parts || table === 0) this.#kernels.runTape(first)
    else this.#kernels.runShare(table, 0, threads, this.#parts, places, barrier)
    this.#check()
  }

  /** What the kernels' module has besides. */
  get exports(): Readonly<Record<string, unknown>> {
    return this.#kernels.exports
  }

  #check(): void {
    if (!this.#gone && Atomics.load(this.#memory.words, this.#meeting.begin / 4 + FAILED) === 0) return
    throw new BenchError(
      'unavailable',
      'A helper thread of the sparse backend died; retry the run, and it goes on from its last checkpoint.',
      'sparse',
    )
  }

  stop(): void {
    this.#kernels.begin(this.#meeting.begin, 0)
    for (const worker of this.workers) void worker.terminate()
  }
}

function kernelsOf({ exports }: WebAssembly.Instance): Kernels {
  const { runTape, begin, runShare, zero } = exports
  if (typeof runTape !== 'function' || typeof begin !== 'function' || typeof runShare !== 'function')
    throw new Error('the kernels lack an entry')
  if (typeof zero !== 'function') throw new Error('the kernels lack zero')
  return {
    exports,
    zero: (at, bytes) => void zero(at, bytes),
    runTape: (tape) => void runTape(tape),
    begin: (words, table) => void begin(words, table),
    runShare: (...given) => void runShare(...given),
  }
}
