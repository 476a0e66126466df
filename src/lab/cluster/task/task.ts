/** A task: its runs one after the other, each to its end, whatever becomes of the others. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { addKnownModels } from '../../../shared/models/known.ts'
import { readSpool, readSubmission, spoolPaths } from '../spool.ts'
import type { SpoolRun } from '../spool.ts'
import { Attempt } from './attempt.ts'
import type { AttemptContext, AttemptEnd } from './attempt.ts'
import { seal } from './seal.ts'

export interface TaskOptions extends Omit<AttemptContext, 'paths' | 'submission'> {
  readonly root: string
  readonly task: number
  /** Told before a run begins. */
  readonly onRun: (run: number) => void
  readonly say: (text: string) => void
}

/** How a task ended: all its runs have results (some a failure), or it was told to stop before. */
export interface TaskEnd {
  readonly failed: number
  readonly stopped: boolean
  /** The run that was stopped had come no further. */
  readonly stuck: number | null
}

export class Task {
  readonly #options: TaskOptions
  #attempt: Attempt | null = null
  #stopping = false

  constructor(options: TaskOptions) {
    this.#options = options
  }

  /** Asks the present run to stop at a checkpoint, and begins no other. */
  stop(): void {
    this.#stopping = true
    this.#attempt?.stop()
  }

  /**
   * @throws BenchError `bad-file`, `conflict` for a spool that cannot be read, `disk-full` where none can
   * begin.
   */
  async work(): Promise<TaskEnd> {
    const { root, task, say, onRun } = this.#options
    const paths = spoolPaths(root)
    // One that was begun again after its runs had come to their ends, when all of them had been collected.
    if (!existsSync(dirname(paths.task(task)))) {
      say('its runs were taken over before: nothing is left to do')
      return { failed: 0, stopped: false, stuck: null }
    }
    const submission = readSubmission(paths)
    const context: AttemptContext = { ...this.#options, paths, submission }
    const runs = readSpool(paths.task(task)) as SpoolRun[]
    let failed = 0
    for (const run of runs) {
      if (existsSync(paths.result(run.run))) continue
      if (this.#stopping) return { failed, stopped: true, stuck: null }
      onRun(run.run)
      const end = await this.#one(run, context)
      say(`run ${run.run}: ${end}`)
      if (end === 'failed') failed++
      if (end === 'displaced') return { failed, stopped: false, stuck: null }
      if (end === 'stopped' || end === 'stuck')
        return { failed, stopped: true, stuck: end === 'stuck' ? run.run : null }
    }
    return { failed, stopped: false, stuck: null }
  }

  async #one(run: SpoolRun, context: AttemptContext): Promise<AttemptEnd> {
    const { paths, now } = context
    if (existsSync(paths.cancelled(run.run))) {
      const nothing = { attempt: 0, bytes: 0, step: 0, totalSteps: null, seconds: 0, backend: null }
      const rest = { device: '', timing: null, error: null, checkpoint: null }
      seal(paths, run.run, { ...nothing, ...rest, status: 'cancelled', endedAt: now().toISOString() })
      return 'cancelled'
    }
    addKnownModels(run.models)
    this.#attempt = new Attempt(run, context)
    if (this.#stopping) this.#attempt.stop()
    try {
      return await this.#attempt.train()
    } finally {
      this.#attempt = null
    }
  }
}
