/** Tensors whose content is in the file: weights, and numbers that shapes are computed with. */
import { BenchError } from '../../../shared/contract/errors.ts'
import { sizeOf } from '../../../shared/graph/shapes.ts'
import { widenBrain, widenHalf } from '../widen.ts'
import { unable } from './failure.ts'
import { DATA_TYPES } from './messages.ts'
import type { TensorProto } from './messages.ts'

export type FloatArray = Float32Array | Float64Array

export interface Constant {
  readonly kind: 'constant'
  readonly shape: readonly number[]
  /** Row-major. Whole numbers beyond 2⁵³ (ends of slices) are rounded. */
  readonly data: FloatArray
  /** Whole numbers, by the type in the file: division truncates. */
  readonly integer: boolean
  /** Name of the initializer that it is, or is a rearrangement of. */
  readonly origin: string | null
  /** An axis of extent 1 that stands for as many as there are examples: a token repeated for the batch. */
  readonly batchAxis?: number
}

/** Entries of a tensor at most: what is folded beyond that is no shape, and no weight. */
const MOST_ENTRIES = 2 ** 31

export function constant(
  shape: readonly number[],
  data: FloatArray,
  integer: boolean,
  origin: string | null = null,
): Constant {
  return { kind: 'constant', shape, data, integer, origin }
}

/** A list of whole numbers, one axis. */
export const whole = (values: readonly number[]): Constant =>
  constant([values.length], Float64Array.from(values), true)

/** The numbers of a constant of whole numbers. */
export function integers(value: Constant): number[] {
  return Array.from(value.data, (entry) => Math.trunc(entry))
}

/**
 * The content of a tensor in the file. Throws BenchError('bad-data'), naming the tensor, for data in another
 * file, unknown types, and shapes that do not fit the data.
 */
export function constantFrom(tensor: TensorProto, name = tensor.name): Constant {
  const fail = (why: string): never => {
    throw new BenchError('bad-data', `Tensor “${name}” of the ONNX file ${why}.`, name)
  }
  if (tensor.dataLocation === 1 || tensor.externalData.length > 0) {
    fail(
      'has its data in another file. Export with external_data=False, or save the model as one file: ' +
        'onnx.save(onnx.load("model.onnx"), "whole.onnx")',
    )
  }
  const shape = tensor.dims.map(Number)
  if (shape.some((side) => !Number.isSafeInteger(side) || side < 0)) fail(`has the shape [${shape}]`)
  const size = sizeOf(shape)
  if (!(size <= MOST_ENTRIES)) fail(`has the shape [${shape}], which is more than ${MOST_ENTRIES} entries`)
  const { data, integer } = contentOf(tensor, fail)
  if (data.length !== size) fail(`has the shape [${shape}], but ${data.length} entries`)
  return constant(shape, data, integer, name === '' ? null : name)
}

/** A copy, which also aligns the bytes. */
const ownBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

function contentOf(
  tensor: TensorProto,
  fail: (why: string) => never,
): { data: FloatArray; integer: boolean } {
  const { dataType, rawData: raw } = tensor
  const float = (width: number, read: (bytes: Uint8Array) => FloatArray, list: readonly number[]) => {
    if (raw.length % width !== 0) fail(`has ${raw.length} bytes, which are no numbers of ${width} bytes`)
    return { data: raw.length > 0 ? read(raw) : Float64Array.from(list), integer: false }
  }
  const integer = (width: number, read: (view: DataView, at: number) => number, list: readonly number[]) => {
    if (raw.length % width !== 0) fail(`has ${raw.length} bytes, which are no numbers of ${width} bytes`)
    if (raw.length === 0) return { data: Float64Array.from(list), integer: true }
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
    return {
      data: Float64Array.from({ length: raw.length / width }, (_, i) => read(view, i * width)),
      integer: true,
    }
  }
  // Half precision that is not raw: bits in int32_data.
  const bits = (read: (bytes: Uint8Array) => FloatArray) => {
    const packed = new Uint8Array(Uint16Array.from(tensor.int32Data).buffer)
    return float(2, read, raw.length > 0 ? [] : Array.from(read(packed)))
  }
  switch (dataType) {
    case DATA_TYPES.float:
      return float(4, (bytes) => new Float32Array(ownBuffer(bytes)), tensor.floatData)
    case DATA_TYPES.double:
      return float(8, (bytes) => new Float64Array(ownBuffer(bytes)), tensor.doubleData)
    case DATA_TYPES.float16:
      return bits(widenHalf)
    case DATA_TYPES.bfloat16:
      return bits(widenBrain)
    case DATA_TYPES.int64:
      return integer(8, (view, at) => Number(view.getBigInt64(at, true)), tensor.int64Data.map(Number))
    case DATA_TYPES.int32:
      return integer(4, (view, at) => view.getInt32(at, true), tensor.int32Data)
    case DATA_TYPES.uint8:
    case DATA_TYPES.bool:
      return integer(1, (view, at) => view.getUint8(at), tensor.int32Data)
    case DATA_TYPES.int8:
      return integer(1, (view, at) => view.getInt8(at), tensor.int32Data)
    default:
      return fail(
        `is of data type ${dataType}; known are float16, bfloat16, float, double, int8, int32, int64, ` +
          'uint8 and bool',
      )
  }
}

/** Axis k of the result is axis `axes[k]`. */
export function transposed(value: Constant, axes: readonly number[]): Constant {
  const { shape, data } = value
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
  const sides = axes.map((axis) => shape[axis])
  const steps = axes.map((axis) => strides[axis])
  const out = data.slice()
  const at = sides.map(() => 0)
  const row = sides.at(-1) ?? 1
  const step = steps.at(-1) ?? 0
  for (let to = 0, from = 0; to < out.length;) {
    for (let k = 0; k < row; k++) out[to++] = data[from + k * step]
    for (let axis = sides.length - 2; axis >= 0; axis--) {
      from += steps[axis]
      if (++at[axis] < sides[axis]) break
      from -= steps[axis] * sides[axis]
      at[axis] = 0
    }
  }
  return constant(sides, out, value.integer, value.origin)
}

/** The same entries in another shape. */
export function reshaped(value: Constant, shape: readonly number[]): Constant {
  if (sizeOf(shape) !== value.data.length) unable(`a constant of [${value.shape}] cannot become [${shape}]`)
  return constant(shape, value.data, value.integer, value.origin)
}

/** The one number of a constant, whatever its shape; null where there are more. */
export function scalarOf(value: Constant): number | null {
  return value.data.length === 1 ? value.data[0] : null
}
