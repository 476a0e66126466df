/** The IDX format of MNIST: a magic number, the dimensions big-endian, then bytes. */
import { BenchError } from '../../shared/contract/errors.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'

export interface IdxArray {
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

/** Bytes of a whole file of unsigned bytes, by its header; null for what is none. */
export function idxLength(head: Uint8Array): number | null {
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0 || head[2] !== 0x08) return null
  const header = 4 + 4 * head[3]
  if (head.length < header) return null
  const view = new DataView(head.buffer, head.byteOffset, header)
  return header + sizeOf(Array.from({ length: head[3] }, (_, i) => view.getUint32(4 + 4 * i)))
}

/**
 * Reads an IDX array of unsigned bytes with `rank` dimensions.
 * Throws BenchError('bad-data') naming the file, when the magic number, the rank or the length is wrong.
 */
export function parseIdx(bytes: Uint8Array, rank: number, file: string): IdxArray {
  const header = 4 + 4 * rank
  const bad = (problem: string): BenchError => new BenchError('bad-data', `${file}: ${problem}`, file)
  if (bytes.length < header)
    throw bad(`truncated, ${bytes.length} bytes where the header alone has ${header}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint16(0) !== 0) throw bad('not an IDX file: the first two bytes must be 0')
  if (view.getUint8(2) !== 0x08)
    throw bad(`element type 0x${view.getUint8(2).toString(16)}, only 0x8 (bytes) is known`)
  if (view.getUint8(3) !== rank) throw bad(`${view.getUint8(3)} dimensions, expected ${rank}`)
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const expected = sizeOf(shape)
  const found = bytes.length - header
  if (found !== expected) {
    throw bad(
      `${found < expected ? 'truncated' : 'too long'}: the header promises ${shape.join(' × ')} = ` +
        `${expected} bytes of data, found ${found}`,
    )
  }
  return { shape, data: bytes.subarray(header) }
}
