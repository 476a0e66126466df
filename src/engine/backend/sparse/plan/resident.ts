/** Training examples kept in the shared memory as bytes. */
import type { ResidentExamples } from '../../../program/examples.ts'
import type { Arena } from './arena.ts'
import type { ResidentAddresses } from '../layers/types.ts'
import { FLOAT } from '../model/geometry.ts'
import type { SharedMemory } from './memory.ts'

/** Bytes of examples at most; WebAssembly has 4 GiB for all. */
const MOST_BYTES = 2 ** 30

/** Where the examples lie, and what a step takes of them. */
export interface ResidentPlan extends ResidentAddresses {
  readonly examples: ResidentExamples
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
