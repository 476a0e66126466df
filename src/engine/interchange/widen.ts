/** Types that other programs write and we do not keep: halves become float32, int64 becomes int32. */
import { BenchError } from '../../shared/contract/errors.ts'

/** IEEE 754 binary16 to float32, exactly. */
export function fromHalf(bits: number): number {
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  const sign = bits >>> 15 === 0 ? 1 : -1
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Little-endian binary16 values as float32. */
export function widenHalf(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(new Uint8Array(bytes).buffer)
  return Float32Array.from(halves, fromHalf)
}

/** Little-endian bfloat16 values (the upper half of a float32) as float32. */
export function widenBrain(bytes: Uint8Array): Float32Array {
  const halves = new Uint16Array(new Uint8Array(bytes).buffer)
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer)
}

/** Little-endian int64 values as int32. Throws BenchError('bad-file') for one that does not fit. */
export function narrowLong(name: string, bytes: Uint8Array): Int32Array {
  const longs = new BigInt64Array(new Uint8Array(bytes).buffer)
  return Int32Array.from(longs, (long) => {
    if (BigInt.asIntN(32, long) === long) return Number(long)
    throw new BenchError('bad-file', `${name}: it holds ${long}, which is no 32-bit whole number.`, name)
  })
}
