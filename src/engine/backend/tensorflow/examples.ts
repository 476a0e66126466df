/**
 * Training examples on the device: their variables, and batches made of them. The pixels of a batch are those
 * of the data set's `trainBatch`, bit for bit: the same bytes, by the same formula in float64. Indices that
 * are computed with are 64 bits wide, since 32-bit integers have no arithmetic on a GPU.
 */
import type { GraphWriter } from '../../graphdef/emitter.ts'
import { DATA_TYPES } from '../../graphdef/messages.ts'
import type { CropSources, ResidentExamples } from '../../program/examples.ts'
import { emitToken } from './scope.ts'
import type { Endpoint, Port } from './ports.ts'

type ExamplesForm = Omit<ResidentExamples, 'pixels' | 'labels'>

/** Variables of the examples: their handles. */
export interface ExampleHandles {
  readonly pixels: string
  readonly labels: string
  /** float64 [height · width · channels] each. */
  readonly mean: string
  readonly deviation: string
}

interface TypeAttribute {
  readonly type: number
}

const FLOAT = { type: DATA_TYPES.float }
const DOUBLE = { type: DATA_TYPES.double }
const INT = { type: DATA_TYPES.int }
const INT64 = { type: DATA_TYPES.int64 }
const BYTE = { type: DATA_TYPES.byte }

/** The variables, and the endpoint that fills them (feeds: pixels, labels). */
export function emitExamples(
  writer: GraphWriter,
  { shape: [height, width, channels], count, crops, mean, std }: ExamplesForm,
): { handles: ExampleHandles; place: Endpoint } {
  const size = height * width * channels
  // Pixels by image where they are taken whole, else by place.
  const pixelShape = crops ? [count * height * width, channels] : [count, size]
  const feeds: Port[] = []
  const writes: string[] = []
  const variable = (name: string, dtype: TypeAttribute, shape: readonly number[], value: string): string => {
    const attributes = {
      dtype,
      shape: { shape },
      shared_name: { s: `examples ${name}` },
      container: { s: '' },
    }
    const handle = writer.node('VarHandleOp', [], attributes)
    writes.push(writer.node('AssignVariableOp', [handle, value], { dtype, validate_shape: { b: false } }))
    return handle
  }
  const fed = (name: string, dtype: 'byte' | 'int', shape: readonly number[]): string => {
    const type = { type: DATA_TYPES[dtype] }
    const reference = writer.node('Placeholder', [], { dtype: type, shape: { shape } })
    feeds.push({ name, type: { dtype, shape }, reference: `${reference}:0` })
    // What is fed shares its memory with JavaScript.
    return variable(name, type, shape, writer.node('DeepCopy', [reference], { T: type }))
  }
  const byEntry = (name: string, values: readonly number[]): string => {
    const all = Array.from({ length: size }, (_, i) => values[i % channels])
    return variable(name, DOUBLE, [size], writer.constant('double', [size], all))
  }
  const handles = {
    pixels: fed('pixels', 'byte', pixelShape),
    labels: fed('labels', 'int', [count]),
    mean: byEntry('mean', mean),
    deviation: byEntry('deviation', std),
  }
  const token: Port = {
    name: '',
    type: { dtype: 'float', shape: [] },
    reference: `${emitToken(writer, writes)}:0`,
  }
  return { handles, place: { feeds, outputs: [token] } }
}

/** References of int [batch], as in Selection. */
export interface SelectionReferences {
  readonly images: string
  readonly rowCrops: string
  readonly columnCrops: string
}

/** x of the shape given and y [batch] of the examples chosen. */
export function emitBatch(
  writer: GraphWriter,
  examples: ExamplesForm,
  handles: ExampleHandles,
  chosen: SelectionReferences,
  shape: readonly number[],
): { x: string; y: string } {
  const { crops } = examples
  const places = crops ? emitPlaces(writer, examples, crops, chosen) : chosen.images
  const bytes = resourceGather(writer, handles.pixels, BYTE, places, crops ? INT64 : INT)
  const values = standardised(writer, handles, reshape(writer, bytes, BYTE, [shape[0], -1]))
  return {
    x: reshape(writer, values, FLOAT, shape),
    y: resourceGather(writer, handles.labels, INT, chosen.images, INT),
  }
}

/** int64 [batch, height, width]: which place of all images each place of the crops shows. */
function emitPlaces(
  writer: GraphWriter,
  { shape: [height, width] }: ExamplesForm,
  { rows, columns }: CropSources,
  chosen: SelectionReferences,
): string {
  const constant = (extents: readonly number[], values: Int32Array): string =>
    writer.constant('int64', extents, Array.from(values))
  const add = (a: string, b: string): string => writer.node('AddV2', [a, b], { T: INT64 })
  const rowTable = constant(
    [rows.length / height, height],
    rows.map((row) => row * width),
  )
  const columnTable = constant([columns.length / width, width], columns)
  const image = writer.node('Cast', [chosen.images], { SrcT: INT, DstT: INT64, Truncate: { b: false } })
  const start = writer.node('Mul', [image, constant([], Int32Array.of(height * width))], { T: INT64 })
  const row = gather(writer, rowTable, INT64, chosen.rowCrops)
  const column = gather(writer, columnTable, INT64, chosen.columnCrops)
  const lines = add(reshape(writer, start, INT64, [-1, 1, 1]), reshape(writer, row, INT64, [-1, height, 1]))
  return add(lines, reshape(writer, column, INT64, [-1, 1, width]))
}

/**
 * Bytes [batch, height · width · channels] → float32. Mean and deviation are read from variables, since the
 * graph's optimizer replaces a division by a constant by a product with its reciprocal, which rounds
 * differently.
 */
function standardised(writer: GraphWriter, handles: ExampleHandles, bytes: string): string {
  const read = (handle: string): string => writer.node('ReadVariableOp', [handle], { dtype: DOUBLE })
  const wide = writer.node('Cast', [bytes], { SrcT: BYTE, DstT: DOUBLE, Truncate: { b: false } })
  const centred = writer.node('Sub', [wide, read(handles.mean)], { T: DOUBLE })
  const scaled = writer.node('RealDiv', [centred, read(handles.deviation)], { T: DOUBLE })
  return writer.node('Cast', [scaled], { SrcT: DOUBLE, DstT: FLOAT, Truncate: { b: false } })
}

function reshape(writer: GraphWriter, tensor: string, T: TypeAttribute, extents: readonly number[]): string {
  const shape = writer.constant('int', [extents.length], extents)
  return writer.node('Reshape', [tensor, shape], { T, Tshape: INT })
}

/** Rows of a table. */
function gather(writer: GraphWriter, tensor: string, type: TypeAttribute, places: string): string {
  return writer.node('GatherV2', [tensor, places, writer.constant('int', [], [0])], {
    Tparams: type,
    Tindices: INT,
    Taxis: INT,
    batch_dims: { i: 0 },
  })
}

function resourceGather(
  writer: GraphWriter,
  handle: string,
  type: TypeAttribute,
  places: string,
  index: TypeAttribute,
): string {
  return writer.node('ResourceGather', [handle, places], {
    dtype: type,
    Tindices: index,
    batch_dims: { i: 0 },
    validate_indices: { b: true },
  })
}
