/**
 * The momentum of all weights, masked ones included: m ← β·m + ∂L/∂W at the weights and the batch of every
 * step. The training step itself knows kept weights alone, so that the gradient is taken beside it.
 */
import type { FloatArray } from '../ops/ir.ts'
import type { StepFeeds } from './feeds.ts'
import type { KeptRun } from './prepare.ts'

const PREFIX = 'smoothed:'

export class SmoothedGradients {
  readonly #run: KeptRun
  readonly #feeds: StepFeeds
  readonly #factor: number
  readonly #values = new Map<string, FloatArray>()

  constructor(run: KeptRun, feeds: StepFeeds, factor: number) {
    this.#run = run
    this.#feeds = feeds
    this.#factor = factor
  }

  /** Takes in the gradient of a step (from 0) that is about to be taken. */
  async take(step: number): Promise<void> {
    const gradients = this.#run.executable.run('denseGradients', await this.#feeds.data(step))
    const { workshop } = this.#run.executable
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = this.#values.get(name) ?? this.#keep(name, gradient.length)
      const near = sum instanceof Float32Array && gradient instanceof Float32Array
      if (near && workshop?.has(sum) && workshop.has(gradient))
        workshop.kernels.smooth(sum, gradient, this.#factor)
      else for (let k = 0; k < sum.length; k++) sum[k] = this.#factor * sum[k] + gradient[k]
    }
  }

  /** Zeros, where updates of masks are computed if there is such memory. */
  #keep(name: string, count: number): FloatArray {
    const sum = this.#run.executable.workshop?.keep(count) ?? new Float32Array(count)
    this.#values.set(name, sum)
    return sum
  }

  values(): Record<string, FloatArray> {
    return Object.fromEntries(this.#values)
  }

  memory(): [string, FloatArray][] {
    return [...this.#values].map(([name, data]) => [PREFIX + name, data.slice()])
  }

  restore(memory: ReadonlyMap<string, FloatArray>): void {
    for (const [name, data] of memory) {
      if (name.startsWith(PREFIX)) this.#keep(name.slice(PREFIX.length), data.length).set(data)
    }
  }
}
