/** Files that lie: sound bytes, changed in the ways in which files are damaged, cut and forged. */
import type { Stream } from '../../src/engine/rng.ts'

type Mutation = (bytes: Buffer, stream: Stream) => Buffer

const at = (bytes: Buffer, stream: Stream): number => stream.integer(Math.max(1, bytes.length))

const MUTATIONS: readonly Mutation[] = [
  // A cut.
  (bytes, stream) => bytes.subarray(0, at(bytes, stream)),
  // A changed bit, byte, and run of bytes.
  (bytes, stream) => {
    bytes[at(bytes, stream)] ^= 1 << stream.integer(8)
    return bytes
  },
  (bytes, stream) => {
    bytes[at(bytes, stream)] = stream.integer(256)
    return bytes
  },
  (bytes, stream) => {
    const from = at(bytes, stream)
    const value = stream.integer(256)
    return bytes.fill(value, from, Math.min(from + 1 + stream.integer(64), bytes.length))
  },
  // A length, count or offset that is far too large: in both orders of bytes, in four and eight bytes.
  (bytes, stream) => {
    const from = at(bytes, stream)
    const value = [0xffffffff, 0x7fffffff, 0x80000000, 1e9, 0][stream.integer(5)]
    if (from + 4 > bytes.length) return bytes
    if (stream.integer(2) === 0) bytes.writeUInt32LE(value, from)
    else bytes.writeUInt32BE(value, from)
    return bytes
  },
  (bytes, stream) => {
    const from = at(bytes, stream)
    if (from + 8 <= bytes.length) bytes.writeBigUInt64LE(2n ** 62n + BigInt(stream.integer(2 ** 20)), from)
    return bytes
  },
  // A part twice, a part left out, something behind the end.
  (bytes, stream) => {
    const [from, to] = [at(bytes, stream), at(bytes, stream)].sort((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  (bytes, stream) => {
    const [from, to] = [at(bytes, stream), at(bytes, stream)].sort((a, b) => a - b)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, stream) => Buffer.concat([bytes, Buffer.alloc(1 + stream.integer(4096), stream.integer(256))]),
  // A number in text: another, none, a huge one.
  (bytes, stream) => {
    const digits = [...bytes.subarray(0, 65536).toString('latin1').matchAll(/\d+/g)]
    if (digits.length === 0) return bytes
    const { index, 0: text } = digits[stream.integer(digits.length)]
    const other = ['-1', '1e309', '99999999999999999999', '', '0.5', 'null'][stream.integer(6)]
    return Buffer.concat([bytes.subarray(0, index), Buffer.from(other), bytes.subarray(index + text.length)])
  },
]

/** One to four changes of a copy. */
export function mutateBytes(sound: Uint8Array, stream: Stream): Buffer {
  let bytes: Buffer = Buffer.from(sound)
  const changes = 1 + stream.integer(4)
  for (let change = 0; change < changes; change++) {
    const mutation = MUTATIONS[stream.integer(MUTATIONS.length)]
    if (bytes.length > 0) bytes = Buffer.from(mutation(bytes, stream))
  }
  return bytes
}
