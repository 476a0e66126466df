/**
 * Arrays of numbers cut from larger ones. An allocation of its own costs as much as filling some thousand
 * entries, and an update of masks makes a dozen short arrays a layer.
 */

/** Entries of a large array; what is longer than a quarter of it is an array of its own. */
const CHUNK = 1 << 16

let ints = new Int32Array(0)
let intsUsed = 0
let floats = new Float32Array(0)
let floatsUsed = 0

/**
 * `count` zeros. What is cut from one large array keeps all of it in memory, so that this is for arrays that
 * come and go together; sent to another thread, it takes the large one along.
 */
export function intsOf(count: number): Int32Array {
  if (4 * count > CHUNK) return new Int32Array(count)
  if (intsUsed + count > ints.length) {
    ints = new Int32Array(CHUNK)
    intsUsed = 0
  }
  intsUsed += count
  return ints.subarray(intsUsed - count, intsUsed)
}

/** As intsOf, in single precision. */
export function floatsOf(count: number): Float32Array {
  if (4 * count > CHUNK) return new Float32Array(count)
  if (floatsUsed + count > floats.length) {
    floats = new Float32Array(CHUNK)
    floatsUsed = 0
  }
  floatsUsed += count
  return floats.subarray(floatsUsed - count, floatsUsed)
}
