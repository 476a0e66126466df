/** Steps that take their batches of the examples that are kept. */
import type { TensorData } from '../../../ops/ir.ts'
import type { Feeds } from '../../../program/backend.ts'
import { FLOAT } from '../model/geometry.ts'
import type { SharedMemory } from '../plan/memory.ts'
import type { ResidentPlan } from '../plan/resident.ts'

/** What a step takes of the feeds of `runSteps`: checked, since the kernels read them as addresses. */
export class ResidentBatches {
  readonly #plan: ResidentPlan
  readonly #batch: number
  readonly #y: Int32Array

  constructor(plan: ResidentPlan, batch: number) {
    this.#plan = plan
    this.#batch = batch
    this.#y = new Int32Array(batch)
  }

  /** @throws Error where a feed is missing, of another length, or names no image or crop. */
  check(steps: number, feeds: Feeds): void {
    const { examples } = this.#plan
    const [height, width] = examples.shape
    const within = (name: string, end: number): void => {
      const given = feeds[name]
      const size = steps * this.#batch
      if (given?.length !== size)
        throw new Error(`runSteps: feed ${name} takes ${size} entries, got ${given?.length ?? 'none'}`)
      for (const value of given) {
        if (!(value >= 0 && value < end)) throw new Error(`runSteps: ${name} has ${value} of ${end}`)
      }
    }
    within('images', examples.count)
    if (!examples.crops) return
    within('rowCrops', examples.crops.rows.length / height)
    within('columnCrops', examples.crops.columns.length / width)
  }

  /** Writes a step's images and crops; returns their labels, until the next call. */
  place(step: number, feeds: Feeds, { words }: SharedMemory): Int32Array {
    const { examples, images, rowCrops, columnCrops } = this.#plan
    const part = (data: TensorData): TensorData => data.subarray(step * this.#batch, (step + 1) * this.#batch)
    const chosen = part(feeds['images'])
    words.set(chosen, images / FLOAT)
    if (examples.crops) {
      words.set(part(feeds['rowCrops']), rowCrops / FLOAT)
      words.set(part(feeds['columnCrops']), columnCrops / FLOAT)
    }
    for (let k = 0; k < chosen.length; k++) this.#y[k] = examples.labels[chosen[k]]
    return this.#y
  }
}
