/**
 * A kernel as a matrix [outputs][columns], columns being (tap, input of the group): where each entry finds
 * its input, and in which transposed product, which row and which gradient. Addresses in bytes, relative.
 */
import { paddingAmounts, type SidePadding } from '../../../../shared/graph/shapes.ts'
import type { Halo, Image } from './geometry.ts'

/** The input places (y, x) ≡ of one remainder of the stride, whose gradients are one product. */
export interface Phase {
  /** First place of the input, and how many; the step between them is the stride. */
  readonly y: number
  readonly x: number
  readonly height: number
  readonly width: number
  /** Place of the output gradient that the first of them begins at. */
  readonly fromY: number
  readonly fromX: number
  /** Whether any tap of the kernel falls in it. */
  readonly used: boolean
}

/** What a window does along one side. */
export interface Side {
  readonly length: number
  readonly out: number
  readonly kernel: number
  readonly stride: number
  readonly before: number
  readonly after: number
}

/** Inner of a kernel: sizes known without memory. */
export interface KernelGeometry {
  readonly rows: number
  readonly columns: number
  /** Inputs a group sees, and groups; 1 × 1 taps for dense. */
  readonly groups: number
  readonly inputs: number
  readonly vertical: Side
  readonly horizontal: Side
  readonly circular: boolean
  /** Of a dense layer over a vector: its input may be a flattened image. */
  readonly dense: boolean
}

export function sideOf(
  length: number,
  out: number,
  kernel: number,
  stride: number,
  padding: SidePadding,
): Side {
  const [before, after] = paddingAmounts(length, kernel, stride, padding)
  // Where the stride does not divide, the last places are never reached.
  const reached = Math.max((out - 1) * stride + kernel - length - before, 0)
  return { length, out, kernel, stride, before, after: Math.min(after, reached) }
}

/** The halo that the input needs. */
export function inputHalo({ vertical, horizontal, circular }: KernelGeometry): Halo {
  return {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
    circular,
  }
}

/**
 * Whether the gradient of a circular input has to be made with its halo, and folded: the stride cuts the
 * circle.
 */
export function needsFold({ vertical, horizontal, circular }: KernelGeometry): boolean {
  const cut = (side: Side): boolean => side.stride > 1 && side.out * side.stride !== side.length
  return circular && (cut(vertical) || cut(horizontal))
}

/** Phases of a side; with `folded`, of the side with its padding. */
export function phasesOf(
  { length, out, kernel, stride, before, after }: Side,
  folded: boolean,
): { first: number; count: number; from: number; low: number; high: number; used: boolean }[] {
  const begin = folded ? 0 : before
  const end = folded ? before + length + after : before + length
  return Array.from({ length: stride }, (_, phase) => {
    const first = begin + ((((phase - begin) % stride) + stride) % stride)
    const count = first < end ? Math.ceil((end - first) / stride) : 0
    const from = (first - phase) / stride
    const reach = Math.floor((kernel - 1 - phase) / stride)
    const used = phase < kernel
    return {
      first: first - begin,
      count,
      from,
      used,
      low: used && count > 0 ? Math.max(0, reach - from) : 0,
      high: used && count > 0 ? Math.max(0, from + count - out) : 0,
    }
  })
}

/** The halo that the gradient of the output needs for the gradient of the input. */
export function gradientHalo(kernel: KernelGeometry): Halo {
  const folded = needsFold(kernel)
  const rows = phasesOf(kernel.vertical, folded)
  const columns = phasesOf(kernel.horizontal, folded)
  return {
    top: Math.max(...rows.map(({ low }) => low)),
    bottom: Math.max(...rows.map(({ high }) => high)),
    left: Math.max(...columns.map(({ low }) => low)),
    right: Math.max(...columns.map(({ high }) => high)),
    circular: kernel.circular && !folded,
  }
}

/** All phases, row by row: number (ky mod stride)·stride + kx mod stride. */
export function kernelPhases(kernel: KernelGeometry): Phase[] {
  const folded = needsFold(kernel)
  return phasesOf(kernel.vertical, folded).flatMap((v) =>
    phasesOf(kernel.horizontal, folded).map((h) => ({
      y: v.first,
      x: h.first,
      height: v.count,
      width: h.count,
      fromY: v.from,
      fromX: h.from,
      used: v.used && h.used,
    })),
  )
}

/** Addresses of a kernel's entries: each is a sum of a part of its row and a part of its column. */
export interface KernelAddresses {
  /** Of the input, from the first place that the window covers at output (0, 0). */
  readonly inputOfColumn: Int32Array
  readonly inputOfRow: Int32Array
  /** Number of the transposed product. */
  readonly phaseOfColumn: Int32Array
  /** Row of it: input channel, or for a dense kernel the place in the flattened image. */
  readonly channelOfColumn: Int32Array
  readonly channelOfRow: Int32Array
  /** Of the gradient of the output. */
  readonly gradientOfColumn: Int32Array
  readonly gradientOfRow: Int32Array
  /** Rows of a transposed product. */
  readonly channels: number
}

/**
 * A convolution: column = (ky, kx, input of the group), rows in groups. A depthwise one has a group a
 * channel.
 */
export function convolutionAddresses(
  kernel: KernelGeometry,
  input: Image,
  gradient: Image,
  place: number,
): KernelAddresses {
  const { rows, columns, groups, inputs, vertical, horizontal } = kernel
  const { stride } = vertical
  const result = emptyAddresses(rows, columns, inputs * groups)
  const groupOf = (row: number): number => Math.floor(row / (rows / groups))
  for (let row = 0; row < rows; row++) {
    result.inputOfRow[row] = groupOf(row) * inputs * input.plane
    result.channelOfRow[row] = groupOf(row) * inputs
    result.gradientOfRow[row] = row * gradient.plane
  }
  for (let column = 0; column < columns; column++) {
    const channel = column % inputs
    const tap = (column - channel) / inputs
    const kx = tap % horizontal.kernel
    const ky = (tap - kx) / horizontal.kernel
    result.inputOfColumn[column] =
      channel * input.plane + (ky - vertical.before) * input.row + (kx - horizontal.before) * place
    result.phaseOfColumn[column] = (ky % stride) * stride + (kx % stride)
    result.channelOfColumn[column] = channel
    result.gradientOfColumn[column] =
      -Math.floor(ky / stride) * gradient.row - Math.floor(kx / stride) * place
  }
  return result
}

/** A dense kernel on an image flattened as (y, x, channel). */
export function denseAddresses(rows: number, input: Image, gradient: Image, place: number): KernelAddresses {
  const { channels, height, width } = input.geometry
  const columns = channels * height * width
  const result = emptyAddresses(rows, columns, columns)
  for (let row = 0; row < rows; row++) result.gradientOfRow[row] = row * gradient.plane
  for (let column = 0; column < columns; column++) {
    const channel = column % channels
    const spot = (column - channel) / channels
    const x = spot % width
    const y = (spot - x) / width
    result.inputOfColumn[column] = channel * input.plane + y * input.row + x * place
    result.channelOfColumn[column] = column
  }
  return result
}

function emptyAddresses(rows: number, columns: number, channels: number): KernelAddresses {
  return {
    inputOfColumn: new Int32Array(columns),
    inputOfRow: new Int32Array(rows),
    phaseOfColumn: new Int32Array(columns),
    channelOfColumn: new Int32Array(columns),
    channelOfRow: new Int32Array(rows),
    gradientOfColumn: new Int32Array(columns),
    gradientOfRow: new Int32Array(rows),
    channels,
  }
}
