/** Windows that slide over images [batch, height, width, channels]: geometry and attributes. */
import { paddingAmounts, sidePadding, windowCount } from '../../../shared/graph/shapes.ts'
import type { Padding } from '../../../shared/graph/types.ts'
import type { Attributes, TensorType } from '../ir.ts'
import { expectDType, numberAttribute } from './shapes.ts'

/** `same` is TensorFlow's; a number means that many places on every side; four: above, below, left, right. */
export type WindowPadding = Exclude<Padding, 'circular'>

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
  const rows = sidePadding(padding, 'rows')
  const columns = sidePadding(padding, 'columns')
  const [top, bottom] = paddingAmounts(height, kernelHeight, stride, rows)
  const [left, right] = paddingAmounts(width, kernelWidth, stride, columns)
  const outHeight = windowCount(height, kernelHeight, stride, rows)
  const outWidth = windowCount(width, kernelWidth, stride, columns)
  if (outHeight < 1 || outWidth < 1) {
    throw new Error(
      `a ${kernelHeight} × ${kernelWidth} window does not fit [${image}] with padding ${padding.toString()}`,
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
  const whole = (amount: number): boolean => Number.isInteger(amount) && amount >= 0
  if (typeof padding === 'number' && whole(padding)) return padding
  if (typeof padding === 'object' && padding.length === 4 && padding.every(whole)) {
    const [top, bottom, left, right] = padding
    return [top, bottom, left, right]
  }
  throw new Error(`attribute padding: expected same, valid, a whole number or four, got ${String(padding)}`)
}

/** Throws unless `type` is float of exactly this shape. `what` names it. */
export function expectFloat(type: TensorType, shape: readonly number[], what: string): void {
  expectDType(type, 'float')
  if (type.shape.length !== shape.length || type.shape.some((extent, axis) => extent !== shape[axis])) {
    throw new Error(`${what}: expected [${shape}], got [${type.shape}]`)
  }
}
