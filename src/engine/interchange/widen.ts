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

/** Bits of a float of eight: a sign, some of exponent, the rest of fraction. */
interface SmallFloat {
  readonly fraction: number
  readonly bias: number
  /** Whether the largest exponent is infinity and NaN as in IEEE 754; else all ones alone are NaN. */
  readonly infinite: boolean
}

/** The two floats of eight bits of networks (Micikevicius et al. 2022, “FP8 formats for deep learning”). */
export const EIGHT_BITS = {
  e4m3: { fraction: 3, bias: 7, infinite: false },
  e5m2: { fraction: 2, bias: 15, infinite: true },
} as const satisfies Record<string, SmallFloat>

/** Floats of eight bits as float32, exactly. */
export function widenEight(bytes: Uint8Array, { fraction: width, bias, infinite }: SmallFloat): Float32Array {
  const parts = 2 ** width
  const top = 2 ** (7 - width) - 1
  return Float32Array.from(bytes, (bits) => {
    const sign = bits >= 128 ? -1 : 1
    const exponent = (bits & 127) >> width
    const fraction = bits & (parts - 1)
    if (exponent === top && infinite) return fraction === 0 ? sign * Infinity : Number.NaN
    if (exponent === top && fraction === parts - 1) return Number.NaN
    return exponent === 0
      ? sign * (fraction / parts) * 2 ** (1 - bias)
      : sign * (1 + fraction / parts) * 2 ** (exponent - bias)
  })
}

/** Little-endian int64 or uint64 values as int32. Throws BenchError('bad-file') for one that does not fit. */
export function narrowLong(name: string, bytes: Uint8Array, signed = true): Int32Array {
  const { buffer } = new Uint8Array(bytes)
  const longs = signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer)
  return Int32Array.from(longs, (long) => {
    if (BigInt.asIntN(32, long) === long) return Number(long)
    throw new BenchError('bad-file', `${name}: it holds ${long}, which is no 32-bit whole number.`, name)
  })
}

/** Little-endian uint32 values as int32. Throws BenchError('bad-file') for one that does not fit. */
export function narrowWord(name: string, bytes: Uint8Array): Int32Array {
  const words = new Uint32Array(new Uint8Array(bytes).buffer)
  return Int32Array.from(words, (word) => {
    if (word < 2 ** 31) return word
    throw new BenchError('bad-file', `${name}: it holds ${word}, which is no 32-bit whole number.`, name)
  })
}
