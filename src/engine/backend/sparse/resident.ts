/** Training examples kept in the shared memory as bytes, and the steps that take their batches from there. */
import type { ResidentExamples } from '../../program/examples.ts'
import type { TensorData } from '../../ops/ir.ts'
import type { Feeds } from '../../program/backend.ts'
import type { Arena } from './arena.ts'
import { FLOAT } from './geometry.ts'
import type { SharedMemory } from './memory.ts'

/** Bytes of examples at most; WebAssembly has 4 GiB for all. */
const MOST_BYTES = 2 ** 30

/** Absolute addresses. */
export interface ResidentPlan {
  readonly examples: ResidentExamples
  readonly pixels: number
  /** f32 [channels][256]: standardised values of a byte, by the data set's own formula. */
  readonly table: number
  /** i32 [threads · lanes] of a step: images, and their crops. */
  readonly images: number
  readonly rowCrops: number
  readonly columnCrops: number
  /** i32 tables of CropSources; 0 where nothing is augmented. */
  readonly rows: number
  readonly columns: number
}

/** Room for the examples; null where they are too many. */
export function planResident(arena: Arena, examples: ResidentExamples, lanes: number): ResidentPlan | null {
  const { pixels, shape, crops } = examples
  if (pixels.length > MOST_BYTES) return null
  return {
    examples,
    pixels: arena.take(pixels.length),
    table: arena.take(FLOAT * 256 * shape[2]),
    images: arena.take(FLOAT * lanes),
    rowCrops: arena.take(FLOAT * lanes),
    columnCrops: arena.take(FLOAT * lanes),
    rows: crops ? arena.take(FLOAT * crops.rows.length) : 0,
    columns: crops ? arena.take(FLOAT * crops.columns.length) : 0,
  }
}

/** Writes what stays. */
export function placeExamples(
  { examples, pixels, table, rows, columns }: ResidentPlan,
  memory: SharedMemory,
): void {
  new Uint8Array(memory.memory.buffer, pixels, examples.pixels.length).set(examples.pixels)
  examples.mean.forEach((mean, c) => {
    for (let v = 0; v < 256; v++) memory.floats[table / FLOAT + c * 256 + v] = (v - mean) / examples.std[c]
  })
  if (!examples.crops) return
  memory.words.set(examples.crops.rows, rows / FLOAT)
  memory.words.set(examples.crops.columns, columns / FLOAT)
}

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
