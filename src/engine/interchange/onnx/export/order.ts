/** Orders of axes: the bench has channels last, ONNX and PyTorch have them after the batch. */
import type { Given, OnnxEmitter } from './emitter.ts'

/** ONNX's axis for an axis of ours (without the batch) of a value of that rank. */
export const onnxAxis = (axis: number, rank: number): number => (rank === 3 ? [2, 3, 1][axis] : axis + 1)

/** Whether moving the channels changes nothing but the shape. */
const isLine = ({ shape: [height, width, channels] }: Given): boolean =>
  channels === 1 || height * width === 1

/** An image with its channels last; other values as they are. */
export function channelsLast(emitter: OnnxEmitter, value: Given, name: string): string {
  if (value.shape.length !== 3) return value.name
  return emitter.node('Transpose', `${name}.channels_last`, [value.name], { perm: { ints: [0, 2, 3, 1] } })
}

/** The way back: a value with the channels last, as ONNX has images. */
export function channelsFirst(emitter: OnnxEmitter, value: Given, name: string): string {
  if (value.shape.length !== 3) return value.name
  return emitter.node('Transpose', `${name}.channels_first`, [value.name], { perm: { ints: [0, 3, 1, 2] } })
}

/** The value as one line of entries in the bench's order. */
export function flattened(emitter: OnnxEmitter, value: Given, name: string): string {
  if (value.shape.length === 1) return value.name
  const ordered = value.shape.length === 3 && isLine(value) ? value.name : channelsLast(emitter, value, name)
  return emitter.node('Flatten', name, [ordered], { axis: { i: 1 } })
}

/** Does something on the last axis in the bench's order, whatever the rank. */
export function onLastAxis(
  emitter: OnnxEmitter,
  value: Given,
  name: string,
  shape: Given['shape'],
  work: (input: string) => string,
): string {
  const done = work(channelsLast(emitter, value, name))
  return channelsFirst(emitter, { name: done, shape }, name)
}
