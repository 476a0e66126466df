/**
 * The plain convolutional network of very deep trainings: 3 × 3 convolutions of one width with circular
 * padding, no norm, no skip. A stem of three with strides 1, 2, 2; then `depth` more, of which the one that
 * ends the first half and the last one have stride 2; the mean over space; a linear classifier. Xiao et al.
 * 2018 (arXiv 1806.05393). Variant `pooled`, of the EOI paper's public code: all after the stem have stride
 * 1, then come an average pool of 2 and a linear classifier of what is left, 4 × 4 × width on CIFAR.
 */
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { refuse, requireImage, scaled } from './scale.ts'

const STEM_STRIDES = [1, 2, 2]
const CNN_VARIANTS = ['default', 'pooled']

export const cnn: Zoo = (model, input, classes) => {
  requireImage('cnn', input)
  if (!CNN_VARIANTS.includes(model.variant)) refuse('variant', 'cnn', model.variant, CNN_VARIANTS)
  const isPooled = model.variant === 'pooled'
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
    layer(`conv${index}`, !isPooled && (index === middle || index === depth) ? 2 : 1)
  if (isPooled) {
    at = graph.add('pool', { kind: 'average-pool', size: 2, stride: 2, padding: 0 }, at)
    at = graph.add('flatten', { kind: 'flatten' }, at)
  } else {
    at = graph.add('mean', { kind: 'global-average-pool' }, at)
  }
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  return graph.build(`cnn-${depth}`, output, classes)
}
