/**
 * Residual networks in their CIFAR form (He et al. 2016, section 4.2): depth 6n + 2, three stages of n basic
 * blocks with 16, 32, 64 filters, batch norm. Where a stage halves the image the shortcut is a 1 × 1
 * convolution (`projection`, default) or subsamples and pads channels with zeros (`padded`, option A).
 * Stochastic depth rises linearly to its rate (Huang et al. 2016).
 */
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { refuse, requireImage, scaled } from './scale.ts'

export const RESNET_DEPTHS = [20, 32, 44, 56, 110] as const
const VARIANTS = ['default', 'projection', 'padded']

export const resnet: Zoo = (model, input, classes) => {
  requireImage('resnet', input)
  if (!RESNET_DEPTHS.some((depth) => depth === model.depth))
    refuse('depth', 'resnet', model.depth, RESNET_DEPTHS)
  if (!VARIANTS.includes(model.variant)) refuse('variant', 'resnet', model.variant, VARIANTS)
  const blocks = scaled((model.depth - 2) / 6, model.depthMultiplier)
  const graph = new GraphBuilder(input)
  let filters = scaled(16, model.widthMultiplier)
  let at = graph.conv('stem.conv', { filters, size: 3, padding: 1 }, 'input')
  at = graph.batchNorm('stem.norm', at)
  at = graph.activate('stem.activation', model.activation, at)
  for (let stage = 1; stage <= 3; stage++) {
    const wanted = scaled(16 * 2 ** (stage - 1), model.widthMultiplier)
    for (let block = 1; block <= blocks; block++) {
      const name = `stage${stage}.block${block}`
      const stride = stage > 1 && block === 1 ? 2 : 1
      const from = at
      at = graph.conv(`${name}.conv1`, { filters: wanted, size: 3, stride, padding: 1 }, at)
      at = graph.batchNorm(`${name}.norm1`, at)
      at = graph.activate(`${name}.activation1`, model.activation, at)
      at = graph.conv(`${name}.conv2`, { filters: wanted, size: 3, padding: 1 }, at)
      at = graph.batchNorm(`${name}.norm2`, at)
      const rate = (model.stochasticDepth * ((stage - 1) * blocks + block)) / (3 * blocks)
      at = graph.stochasticDepth(`${name}.drop`, rate, at)
      let shortcut = from
      if (stride !== 1 || wanted !== filters) {
        if (model.variant === 'padded') {
          shortcut = graph.add(`${name}.shortcut`, { kind: 'pad-shortcut', stride, channels: wanted }, from)
        } else {
          shortcut = graph.conv(`${name}.shortcut`, { filters: wanted, size: 1, stride, padding: 0 }, from)
          shortcut = graph.batchNorm(`${name}.shortcut-norm`, shortcut)
        }
      }
      at = graph.add(`${name}.add`, { kind: 'add' }, at, shortcut)
      at = graph.activate(`${name}.activation2`, model.activation, at)
      filters = wanted
    }
  }
  at = graph.add('mean', { kind: 'global-average-pool' }, at)
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  return graph.build(`resnet-${6 * blocks + 2}`, output, classes)
}
