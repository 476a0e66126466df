/** Windows that slide over images [batch, height, width, channels]: geometry and attributes. */
import { paddingAmounts, windowCount } from '../../../shared/graph/shapes.ts'
import type { Attributes, TensorType } from '../ir.ts'
import { expectDType, numberAttribute } from './shapes.ts'

/** `same` is TensorFlow's; a number means that many places on every side. */
export type WindowPadding = 'same' | 'valid' | number

export interface Window {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly kernelHeight: number
  readonly kernelWidth: number
  readonly stride: number
  readonly padding: WindowPadding
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
  readonly outHeight: number
  readonly outWidth: number
}

/**
 * Places of a kernel [kernelHeight, kernelWidth] over an image, by the attributes `stride` (1) and
 * `padding` (valid).
 */
export function slide(
  image: readonly number[],
  kernelHeight: number,
  kernelWidth: number,
  attributes: Attributes,
): Window {
  if (image.length !== 4)
    throw new Error(`expected an image [batch, height, width, channels], got [${image}]`)
  const [batch, height, width, channels] = image
  const stride = numberAttribute(attributes, 'stride', 1)
  const padding = paddingAttribute(attributes)
  if (!Number.isInteger(stride) || stride < 1)
    throw new Error(`attribute stride: expected 1, 2, …, got ${stride}`)
  const [top, bottom] = paddingAmounts(height, kernelHeight, stride, padding)
  const [left, right] = paddingAmounts(width, kernelWidth, stride, padding)
  const outHeight = windowCount(height, kernelHeight, stride, padding)
  const outWidth = windowCount(width, kernelWidth, stride, padding)
  if (outHeight < 1 || outWidth < 1) {
    throw new Error(
      `a ${kernelHeight} × ${kernelWidth} window does not fit [${image}] with padding ${padding}`,
    )
  }
  return {
    batch,
    height,
    width,
    channels,
    kernelHeight,
    kernelWidth,
    stride,
    padding,
    top,
    bottom,
    left,
    right,
    outHeight,
    outWidth,
  }
}

function paddingAttribute(attributes: Attributes): WindowPadding {
  const padding = attributes.padding ?? 'valid'
  if (padding === 'same' || padding === 'valid') return padding
  if (typeof padding === 'number' && Number.isInteger(padding) && padding >= 0) return padding
  throw new Error(`attribute padding: expected same, valid or a whole number, got ${String(padding)}`)
}

/** Throws unless `type` is float of exactly this shape. `what` names it. */
export function expectFloat(type: TensorType, shape: readonly number[], what: string): void {
  expectDType(type, 'float')
  if (type.shape.length !== shape.length || type.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new Error(`${what}: expected [${shape}], got [${type.shape}]`)
  }
}
