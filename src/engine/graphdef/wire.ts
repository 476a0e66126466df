/**
 * The protobuf wire format, as far as GraphDef needs it: varints, 32-bit floats, and length-delimited fields.
 * Source: https://protobuf.dev/programming-guides/encoding. Fields with default values are the caller's
 * choice.
 */

const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

const text = new TextEncoder()

/** Appends fields to a growing buffer. Every method takes the field number first. */
export class WireWriter {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length) as Uint8Array<ArrayBuffer>
  }

  /** int32, int64, enum. Throws a RangeError for a value that is not a safe integer. */
  integer(field: number, value: number): void {
    this.#tag(field, VARINT)
    this.#varint(value)
  }

  boolean(field: number, value: boolean): void {
    this.integer(field, value ? 1 : 0)
  }

  float(field: number, value: number): void {
    this.#tag(field, FIXED32)
    this.#reserve(4)
    this.#view.setFloat32(this.#length, value, true)
    this.#length += 4
  }

  /** UTF-8. */
  string(field: number, value: string): void {
    this.block(field, text.encode(value))
  }

  block(field: number, value: Uint8Array): void {
    this.#tag(field, LENGTH_DELIMITED)
    this.#varint(value.length)
    this.#reserve(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** A nested message, written by `fill`. */
  message(field: number, fill: (writer: WireWriter) => void): void {
    const nested = new WireWriter(64)
    fill(nested)
    this.block(field, nested.#bytes.subarray(0, nested.#length))
  }

  /** Packed repeated integers. An empty list is written too: its presence can carry meaning. */
  integers(field: number, values: readonly number[]): void {
    const nested = new WireWriter(8 + values.length)
    for (const value of values) nested.#varint(value)
    this.block(field, nested.#bytes.subarray(0, nested.#length))
  }

  /** Packed repeated 32-bit floats. */
  floats(field: number, values: readonly number[]): void {
    const packed = new DataView(new ArrayBuffer(4 * values.length))
    values.forEach((value, index) => packed.setFloat32(4 * index, value, true))
    this.block(field, new Uint8Array(packed.buffer))
  }

  /** map<string, message>: entries are messages with key = 1 and value = 2. */
  map<T>(
    field: number,
    entries: Iterable<readonly [string, T]>,
    fill: (writer: WireWriter, value: T) => void,
  ): void {
    for (const [key, value] of entries) {
      this.message(field, (entry) => {
        entry.string(1, key)
        entry.message(2, (writer) => fill(writer, value))
      })
    }
  }

  #tag(field: number, kind: number): void {
    this.#varint(field * 8 + kind)
  }

  /** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement (ten bytes). */
  #varint(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`protobuf varint: ${value} is not a safe integer`)
    this.#reserve(10)
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value))
      for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128
      this.#bytes[this.#length++] = Number(rest)
      return
    }
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) | 128
    this.#bytes[this.#length++] = rest
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
