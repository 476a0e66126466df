/**
 * VGG (Simonyan & Zisserman 2015) for small images: biased convolutions, each with batch norm and activation,
 * and a classifier of two hidden layers of 512 with activation then batch norm, as in the code of the SNIP
 * line of papers. Variant c of VGG-16 has 1 × 1 convolutions at the third place of the last three blocks; the
 * published code pads them by 1, so that maps grow (8 → 10, 5 → 7, 3 → 5) and the classifier sees 2 · 2 · 512
 * = 2048 on 32 × 32 images. `c-unpadded` does not.
 */
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { refuse, requireImage, scaled } from './scale.ts'

/** Convolutions of each of the five blocks; every block ends with 2 × 2 max pooling. */
const BLOCKS: Readonly<Record<number, readonly number[]>> = {
  11: [1, 1, 2, 2, 2],
  13: [2, 2, 2, 2, 2],
  16: [2, 2, 3, 3, 3],
  19: [2, 2, 4, 4, 4],
}
const FILTERS = [64, 128, 256, 512, 512]
const CLASSIFIER_UNITS = 512

export const vgg: Zoo = (model, input, classes) => {
  requireImage('vgg', input)
  const blocks = BLOCKS[model.depth]
  if (!blocks) refuse('depth', 'vgg', model.depth, Object.keys(BLOCKS))
  const variants = model.depth === 16 ? ['default', 'c', 'c-unpadded', 'd'] : ['default']
  if (!variants.includes(model.variant))
    refuse('variant', `vgg of depth ${model.depth}`, model.variant, variants)
  if (model.depthMultiplier !== 1)
    refuse('depthMultiplier', 'vgg', model.depthMultiplier, ['1 (choose another depth)'])
  const isC = model.depth === 16 && model.variant !== 'd'
  const graph = new GraphBuilder(input)
  let at = 'input'
  blocks.forEach((count, block) => {
    const filters = scaled(FILTERS[block], model.widthMultiplier)
    for (let index = 1; index <= count; index++) {
      const name = `block${block + 1}.conv${index}`
      const pointwise = isC && index === 3
      const padding = pointwise && model.variant === 'c-unpadded' ? 0 : 1
      at = graph.conv(name, { filters, size: pointwise ? 1 : 3, padding, bias: true }, at)
      at = graph.batchNorm(`block${block + 1}.norm${index}`, at)
      at = graph.activate(`block${block + 1}.activation${index}`, model.activation, at)
    }
    at = graph.add(`block${block + 1}.pool`, { kind: 'max-pool', size: 2, stride: 2, padding: 'valid' }, at)
  })
  at = graph.add('flatten', { kind: 'flatten' }, at)
  const units = scaled(CLASSIFIER_UNITS, model.widthMultiplier)
  for (let index = 1; index <= 2; index++) {
    at = graph.add(`hidden${index}`, { kind: 'dense', units, bias: true, maskable: true }, at)
    at = graph.activate(`hidden${index}.activation`, model.activation, at)
    at = graph.batchNorm(`hidden${index}.norm`, at)
  }
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  const suffix = model.depth !== 16 ? '' : isC ? '-c' : '-d'
  return graph.build(`vgg-${model.depth}${suffix}`, output, classes)
}
