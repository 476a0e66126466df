/** Convolutions and pooling. */
import { dilatedSize, paddingAmounts, sidePadding } from '../../../../shared/graph/shapes.ts'
import type { Padding } from '../../../../shared/graph/types.ts'
import type { Given, OnnxEmitter, OnnxValue } from './emitter.ts'
import type { LayerWriter } from './types.ts'

interface Window {
  readonly kernel: readonly [number, number]
  readonly stride: number
  readonly padding: Padding
  readonly dilation?: number
}

/** [top, left, bottom, right]: ONNX's order. */
function padsOf({ shape }: Given, { kernel, stride, padding, dilation }: Window): number[] {
  const amounts = ([0, 1] as const).map((axis) =>
    paddingAmounts(
      shape[axis],
      dilatedSize(kernel[axis], dilation),
      stride,
      sidePadding(padding, axis === 0 ? 'rows' : 'columns'),
    ),
  )
  return [amounts[0][0], amounts[1][0], amounts[0][1], amounts[1][1]]
}

/** What slides over the image, and the image, which is wrapped before where the padding is circular. */
function windowed(
  emitter: OnnxEmitter,
  input: Given,
  window: Window,
  name: string,
): { readonly x: string; readonly attributes: Record<string, OnnxValue> } {
  const pads = padsOf(input, window)
  const wraps = window.padding === 'circular' && pads.some((side) => side > 0)
  const { kernel, stride, dilation = 1 } = window
  const attributes: Record<string, OnnxValue> = {
    kernel_shape: { ints: kernel },
    strides: { ints: [stride, stride] },
    pads: { ints: wraps ? [0, 0, 0, 0] : pads },
    ...(dilation === 1 ? {} : { dilations: { ints: [dilation, dilation] } }),
  }
  if (!wraps) return { x: input.name, attributes }
  emitter.needOpset(19)
  const around = emitter.integers(`${name}.pads`, [0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])
  const x = emitter.node('Pad', `${name}.wrap`, [input.name, around], { mode: { s: 'wrap' } })
  return { x, attributes }
}

export const writeConv: LayerWriter<'conv'> = ({ emitter, inputs: [input], parameter }, node) => {
  const { x, attributes } = windowed(emitter, input, node, node.name)
  const weights = [parameter('kernel'), ...(node.bias ? [parameter('bias')] : [])]
  return emitter.node('Conv', node.name, [x, ...weights], { ...attributes, group: { i: node.groups } })
}

export const writeDepthwiseConv: LayerWriter<'depthwise-conv'> = (
  { emitter, inputs: [input], parameter },
  node,
) => {
  const { x, attributes } = windowed(emitter, input, node, node.name)
  const weights = [parameter('kernel'), ...(node.bias ? [parameter('bias')] : [])]
  return emitter.node('Conv', node.name, [x, ...weights], { ...attributes, group: { i: input.shape[2] } })
}

export const writeMaxPool: LayerWriter<'max-pool'> = ({ emitter, inputs: [input] }, node) => {
  const { x, attributes } = windowed(emitter, input, { ...node, kernel: [node.size, node.size] }, node.name)
  return emitter.node('MaxPool', node.name, [x], attributes)
}

export const writeAveragePool: LayerWriter<'average-pool'> = ({ emitter, inputs: [input] }, node) => {
  const { x, attributes } = windowed(emitter, input, { ...node, kernel: [node.size, node.size] }, node.name)
  const counts = node.padding === 'same' || node.excludePadding === true ? 0 : 1
  return emitter.node('AveragePool', node.name, [x], { ...attributes, count_include_pad: { i: counts } })
}

export const writeGlobalAveragePool: LayerWriter<'global-average-pool'> = (
  { emitter, inputs: [input] },
  node,
) => {
  const pooled = emitter.node('GlobalAveragePool', `${node.name}.pool`, [input.name])
  return emitter.node('Flatten', node.name, [pooled], { axis: { i: 1 } })
}

/** Every stride-th place, then zero channels around the given ones. */
export const writePadShortcut: LayerWriter<'pad-shortcut'> = ({ emitter, inputs: [input] }, node) => {
  const { name, stride, channels } = node
  const given = input.shape[2]
  let x = input.name
  if (stride > 1) {
    // The mean of one place: importers know pooling better than slices with steps.
    x = emitter.node('AveragePool', `${name}.sample`, [x], {
      kernel_shape: { ints: [1, 1] },
      strides: { ints: [stride, stride] },
    })
  }
  const more = channels - given
  if (more === 0) return x
  const before = Math.floor(more / 2)
  const pads = emitter.integers(`${name}.pads`, [0, before, 0, 0, 0, more - before, 0, 0])
  return emitter.node('Pad', name, [x, pads])
}
