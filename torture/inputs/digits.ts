/** A data set in MNIST's files, small, made from a seed: every class has a picture of its own, with noise. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stream } from '../../src/engine/rng.ts'

const SIDE = 28
const CLASSES = 10
const NOISE = 64

/** An IDX file: magic number with the rank, sizes, bytes. */
function idx(sizes: readonly number[], bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 * (sizes.length + 1)))
  head.setUint32(0, 0x0800 + sizes.length)
  sizes.forEach((size, axis) => head.setUint32(4 * (axis + 1), size))
  return Buffer.concat([new Uint8Array(head.buffer), bytes])
}

/** Writes training and test files of so many images. @returns the folder */
export function writeDigits(folder: string, stream: Stream, images = { train: 640, t10k: 100 }): string {
  mkdirSync(folder, { recursive: true })
  const pictures = Uint8Array.from({ length: CLASSES * SIDE * SIDE }, () => stream.integer(256 - NOISE))
  for (const [part, count] of Object.entries(images)) {
    const labels = Uint8Array.from({ length: count }, (_, image) => image % CLASSES)
    const pixels = Uint8Array.from(
      { length: count * SIDE * SIDE },
      (_, at) =>
        pictures[labels[Math.floor(at / (SIDE * SIDE))] * SIDE * SIDE + (at % (SIDE * SIDE))] +
        stream.integer(NOISE),
    )
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idx([count, SIDE, SIDE], pixels))
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idx([count], labels))
  }
  return folder
}
