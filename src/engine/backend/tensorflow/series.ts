/**
 * What a loop gives for each of its blocks, for later nodes. On the CPU it is written into its place of one
 * tensor: nothing falls apart the arena, and joining costs nothing. On a GPU that would be a copy and a
 * transfer of its place for every block, and TensorArrays, which hold references, are used instead.
 */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'
import type { TensorType } from '../../ops/ir.ts'
import { emitItem } from './frame.ts'

export interface Series {
  /** A TensorArray's handle; null for one tensor. */
  readonly handle: string | null
  /** What goes from one write to the next: the tensor, or a TensorArray's flow. */
  readonly state: string
  /** Of a single item. */
  readonly type: TensorType
  readonly size: number
}

/** An item's number, emitted in the form that is asked for. */
export interface Place {
  item(): string
  /** Vectors of one: the number and the next. */
  bounds(): readonly [string, string]
}

export interface SeriesKind {
  open(writer: GraphWriter, size: number, type: TensorType): Series
  /** TensorFlow's type of the state. */
  stateType(writer: GraphWriter, type: TensorType): number
  /** Writes an item that was not written yet; returns the next state. */
  write(writer: GraphWriter, series: Series, place: Place, value: string, pivot?: string): string
  read(writer: GraphWriter, series: Series, place: Place, pivot?: string): string
  /** All items as one tensor. */
  join(writer: GraphWriter, series: Series): string
}

const INT = { type: DATA_TYPES.int }

/** InplaceUpdate changes the tensor's memory: whoever reads has to come after the last write. */
export const ONE_TENSOR: SeriesKind = {
  open(writer, size, type) {
    const shape = [size, ...type.shape]
    const room = writer.node('Empty', [writer.constant('int', [shape.length], shape)], {
      dtype: { type: writer.dataType(type.dtype) },
      init: { b: false },
    })
    return { handle: null, state: room, type, size }
  },
  stateType: (writer, type) => writer.dataType(type.dtype),
  write(writer, { state, type }, place, value, pivot) {
    const T = { type: writer.dataType(type.dtype) }
    const shape = writer.constant('int', [type.shape.length + 1], [1, ...type.shape], pivot)
    const row = writer.node('Reshape', [value, shape], { T, Tshape: INT })
    return writer.node('InplaceUpdate', [state, place.bounds()[0], row], { T })
  },
  read: (writer, { state, type }, place, pivot) =>
    emitItem(writer, state, writer.dataType(type.dtype), place.bounds(), pivot),
  join: (_, { state }) => state,
}

export const TENSOR_ARRAY: SeriesKind = {
  open(writer, size, type) {
    const handle = writer.node('TensorArrayV3', [writer.constant('int', [], [size])], {
      dtype: { type: writer.dataType(type.dtype) },
      element_shape: { shape: type.shape },
      dynamic_size: { b: false },
      clear_after_read: { b: false },
      identical_element_shapes: { b: true },
      tensor_array_name: { s: '' },
    })
    return { handle, state: `${handle}:1`, type, size }
  },
  stateType: (writer) => writer.floatType,
  write: (writer, { handle, state, type }, place, value) =>
    writer.node('TensorArrayWriteV3', [handle ?? '', place.item(), value, state], {
      T: { type: writer.dataType(type.dtype) },
    }),
  read: (writer, { handle, state, type }, place) =>
    writer.node('TensorArrayReadV3', [handle ?? '', place.item(), state], {
      dtype: { type: writer.dataType(type.dtype) },
    }),
  join(writer, { handle, state, type, size }) {
    const items = writer.constant(
      'int',
      [size],
      Array.from({ length: size }, (_, item) => item),
    )
    return writer.node('TensorArrayGatherV3', [handle ?? '', items, state], {
      dtype: { type: writer.dataType(type.dtype) },
      element_shape: { shape: type.shape },
    })
  },
}

export type Device = 'cpu' | 'gpu'

/** The kind for graphs that run on a device. */
export function seriesKind(device: Device): SeriesKind {
  return device === 'gpu' ? TENSOR_ARRAY : ONE_TENSOR
}
