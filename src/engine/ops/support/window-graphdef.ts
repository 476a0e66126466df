/**
 * Sliding windows in TensorFlow's terms: SAME and VALID everywhere, EXPLICIT or written-out padding where
 * needed.
 */
import { paddingAmounts, windowCount } from '../../../shared/graph/shapes.ts'
import type { GraphDefAttribute, GraphDefEmitter } from '../ir.ts'
import type { Window } from './window.ts'

/**
 * TensorFlow's word for a window's padding. Symmetric padding is SAME too where it comes to the same places
 * (3 × 3, one zero, stride 1); with stride 2 it mostly does not.
 */
export function paddingKind(window: Window): 'SAME' | 'VALID' | 'EXPLICIT' {
  const { padding, stride, top, bottom, left, right } = window
  if (padding === 'same') return 'SAME'
  if (top + bottom + left + right === 0) return 'VALID'
  const isSame = (extent: number, kernel: number, count: number, before: number, after: number): boolean => {
    const [sameBefore, sameAfter] = paddingAmounts(extent, kernel, stride, 'same')
    return (
      windowCount(extent, kernel, stride, 'same') === count && sameBefore === before && sameAfter === after
    )
  }
  return isSame(window.height, window.kernelHeight, window.outHeight, top, bottom) &&
    isSame(window.width, window.kernelWidth, window.outWidth, left, right)
    ? 'SAME'
    : 'EXPLICIT'
}

/** Attributes of the ops that know EXPLICIT padding: Conv2D with its gradients, MaxPool with its gradient. */
export function windowAttributes(window: Window): Record<string, GraphDefAttribute> {
  const kind = paddingKind(window)
  const { top, bottom, left, right } = window
  return {
    strides: { list: { i: [1, window.stride, window.stride, 1] } },
    padding: { s: kind },
    explicit_paddings: {
      list: { i: kind === 'EXPLICIT' ? [0, 0, top, bottom, left, right, 0, 0] : [] },
    },
    data_format: { s: 'NHWC' },
  }
}

/** Attributes of the ops that do not; with EXPLICIT padding their image must be `surround`ed. */
export function plainWindowAttributes(window: Window): Record<string, GraphDefAttribute> {
  return {
    strides: { list: { i: [1, window.stride, window.stride, 1] } },
    padding: { s: paddingKind(window) === 'SAME' ? 'SAME' : 'VALID' },
    data_format: { s: 'NHWC' },
  }
}

/** The image with EXPLICIT padding written out; itself with SAME and VALID. */
export function surround(emit: GraphDefEmitter, image: string, window: Window, value = 0): string {
  return paddingKind(window) === 'EXPLICIT' ? padded(emit, image, window, value) : image
}

/** The shape of the image after `surround`. */
export function surroundedShape(window: Window): readonly number[] {
  return paddingKind(window) === 'EXPLICIT' ? paddedShape(window) : imageShape(window)
}

/** The adjoint of `surround`: cuts the border off. */
export function unsurround(emit: GraphDefEmitter, image: string, window: Window): string {
  return paddingKind(window) === 'EXPLICIT' ? cropped(emit, image, window) : image
}

/** The image with its window's padding written out as `value`. */
export function padded(emit: GraphDefEmitter, image: string, window: Window, value: number): string {
  const { top, bottom, left, right } = window
  const amounts = emit.constant('int', [4, 2], [0, 0, top, bottom, left, right, 0, 0])
  return emit.node('PadV2', [image, amounts, emit.constant('float', [], [value])], {
    T: { type: emit.floatType },
    Tpaddings: { type: emit.dataType('int') },
  })
}

export function paddedShape({
  batch,
  height,
  width,
  channels,
  top,
  bottom,
  left,
  right,
}: Window): readonly number[] {
  return [batch, height + top + bottom, width + left + right, channels]
}

/** Cuts a window's padding off. */
export function cropped(emit: GraphDefEmitter, image: string, window: Window): string {
  const box = [[0, window.top, window.left, 0], imageShape(window)].map((list) =>
    emit.constant('int', [4], list),
  )
  return emit.node('Slice', [image, ...box], {
    T: { type: emit.floatType },
    Index: { type: emit.dataType('int') },
  })
}

function imageShape({ batch, height, width, channels }: Window): readonly number[] {
  return [batch, height, width, channels]
}
