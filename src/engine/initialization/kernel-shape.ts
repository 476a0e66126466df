/**
 * A kernel's shape read as a stack of matrices: what fan-in, H and the centre of a kernel mean in the
 * program's layouts.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { ParameterSpec, Shape } from '../../shared/graph/types.ts'

export interface KernelShape {
  readonly height: number
  readonly width: number
  /** Input channels of H; 1 for a depthwise kernel, whose channels are matrices of their own. */
  readonly inputs: number
  readonly outputs: number
  /** Number of 1 × 1 channel matrices of a depthwise kernel; 1 otherwise. */
  readonly channels: number
  readonly depthwise: boolean
  readonly entries: number
  /** Inputs that one output unit sees. */
  readonly fanIn: number
  readonly fanOut: number
}

/**
 * Reads [in, out], [kh, kw, in, out], or, when depthwise, [kh, kw, channels, 1].
 * Throws BenchError('impossible') for any other rank, or sides that are no positive integers.
 */
export function kernelShape(shape: Shape, depthwise: boolean, where: string): KernelShape {
  const bad = shape.some((side) => !Number.isInteger(side) || side < 1)
  if (
    bad ||
    (shape.length !== 2 && shape.length !== 4) ||
    (depthwise && (shape.length !== 4 || shape[3] !== 1))
  ) {
    throw new BenchError(
      'impossible',
      `Shape [${shape.join(', ')}]: expected [in, out] of a dense kernel, [kh, kw, in, out] of ` +
        'a convolution, or [kh, kw, channels, 1] of a depthwise one.',
      where,
    )
  }
  const [height, width] = shape.length === 4 ? shape : [1, 1]
  const [inputs, outputs] = shape.slice(-2)
  const taps = height * width
  const entries = taps * inputs * outputs
  if (depthwise)
    return {
      height,
      width,
      inputs: 1,
      outputs: 1,
      channels: inputs,
      depthwise,
      entries,
      fanIn: taps,
      fanOut: taps,
    }
  return {
    height,
    width,
    inputs,
    outputs,
    channels: 1,
    depthwise,
    entries,
    fanIn: taps * inputs,
    fanOut: taps * outputs,
  }
}

export const kernelShapeOf = (parameter: ParameterSpec): KernelShape =>
  kernelShape(matrixShape(parameter), parameter.depthwise, parameter.name)

/** The kernel's shape; of a kernel of patches that of its matrix, whose entries lie in the same order. */
export function matrixShape({ shape, patches }: ParameterSpec): Shape {
  return patches ? [shape[0] * shape[1] * shape[2], shape[3]] : shape
}

/**
 * Index of the first entry of the spatial centre, where delta-orthogonal kernels hold H.
 * Throws BenchError('impossible') for a kernel with an even side, naming the nearest odd ones.
 */
export function centreOffset(shape: KernelShape, where: string): number {
  const { height, width } = shape
  if (height % 2 === 0 || width % 2 === 0) {
    const odd = (side: number, step: number): number => (side % 2 === 0 ? side + step : side)
    throw new BenchError(
      'impossible',
      `A ${height} × ${width} kernel has no centre to hold H. The nearest that have one: ` +
        `${odd(height, -1)} × ${odd(width, -1)} and ${odd(height, 1)} × ${odd(width, 1)}.`,
      where,
    )
  }
  const centre = ((height - 1) / 2) * width + (width - 1) / 2
  return (centre * shape.entries) / (height * width)
}
