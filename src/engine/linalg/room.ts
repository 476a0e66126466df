/**
 * Short-lived arrays of numbers in memory that is used again. An update of masks makes a dozen of them a
 * layer, and fresh memory costs more than what is written to it: the system maps each page at its first use.
 */

/** Numbers of four bytes each; what did not fit in makes the next room larger. */
let room = new ArrayBuffer(0)
let used = 0
let open = false

/**
 * Runs `work`, in which intsOf, bytesOf and floatsOf take from the room, and leaves it. Nothing that they
 * gave may be kept, or sent elsewhere, beyond this call. `work` must not wait for anything.
 */
export function inRoom<Result>(work: () => Result): Result {
  if (open) return work()
  if (4 * used > room.byteLength) room = new ArrayBuffer(4 * Math.ceil(1.25 * used))
  used = 0
  open = true
  try {
    return work()
  } finally {
    open = false
  }
}

/** Where `count` more numbers begin, in bytes; −1 outside a room, or where it is full. */
function take(count: number): number {
  if (!open) return -1
  const at = 4 * used
  used += count
  return 4 * used > room.byteLength ? -1 : at
}

/** `count` integers, whatever they are; zeros outside a room. */
export function intsOf(count: number): Int32Array {
  const at = take(count)
  return at < 0 ? new Int32Array(count) : new Int32Array(room, at, count)
}

/** As intsOf, bytes. */
export function bytesOf(count: number): Uint8Array {
  const at = take(Math.ceil(count / 4))
  return at < 0 ? new Uint8Array(count) : new Uint8Array(room, at, count)
}

/** As intsOf, in single precision. */
export function floatsOf(count: number): Float32Array {
  const at = take(count)
  return at < 0 ? new Float32Array(count) : new Float32Array(room, at, count)
}
