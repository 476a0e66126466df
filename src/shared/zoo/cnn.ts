/**
 * The plain convolutional network of very deep trainings: 3 × 3 convolutions of one width with circular
 * padding, no norm, no skip. A stem of three with strides 1, 2, 2; then `depth` more, of which the one that
 * ends the first half and the last one have stride 2; the mean over space; a linear classifier. Xiao et al.
 * 2018 (arXiv 1806.05393).
 */
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { requireImage, scaled } from './scale.ts'

const STEM_STRIDES = [1, 2, 2]

export const cnn: Zoo = (model, input, classes) => {
  requireImage('cnn', input)
  const depth = scaled(model.depth, model.depthMultiplier)
  const filters = scaled(model.width, model.widthMultiplier)
  const graph = new GraphBuilder(input)
  let at = 'input'
  const layer = (name: string, stride: number) => {
    at = graph.conv(name, { filters, size: 3, stride, padding: 'circular', bias: true }, at)
    at = graph.activate(`${name}.activation`, model.activation, at)
  }
  STEM_STRIDES.forEach((stride, index) => layer(`stem${index + 1}`, stride))
  const middle = Math.ceil(depth / 2)
  for (let index = 1; index <= depth; index++)
    layer(`conv${index}`, index === middle || index === depth ? 2 : 1)
  at = graph.add('mean', { kind: 'global-average-pool' }, at)
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  return graph.build(`cnn-${depth}`, output, classes)
}
