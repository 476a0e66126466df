/**
 * ResNet-50 (He et al. 2016) as PyTorch trains it: bottleneck blocks with the stride in the 3 × 3
 * convolution, projection shortcuts, batch norm; made for 224 × 224 images.
 */
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { requireImage, scaled } from './scale.ts'

const BLOCKS = [3, 4, 6, 3]
const EXPANSION = 4

export const resnet50: Zoo = (model, input, classes) => {
  requireImage('resnet-50', input)
  const graph = new GraphBuilder(input)
  const counts = BLOCKS.map((blocks) => scaled(blocks, model.depthMultiplier))
  const total = counts.reduce((sum, count) => sum + count, 0)
  let channels = scaled(64, model.widthMultiplier)
  let at = graph.conv('stem.conv', { filters: channels, size: 7, stride: 2, padding: 3 }, 'input')
  at = graph.batchNorm('stem.norm', at)
  at = graph.activate('stem.activation', model.activation, at)
  at = graph.add('stem.pool', { kind: 'max-pool', size: 3, stride: 2, padding: 1 }, at)
  let done = 0
  counts.forEach((blocks, stage) => {
    const filters = scaled(64 * 2 ** stage, model.widthMultiplier)
    for (let block = 1; block <= blocks; block++) {
      const name = `stage${stage + 1}.block${block}`
      const stride = stage > 0 && block === 1 ? 2 : 1
      const from = at
      at = graph.conv(`${name}.conv1`, { filters, size: 1, padding: 0 }, at)
      at = graph.batchNorm(`${name}.norm1`, at)
      at = graph.activate(`${name}.activation1`, model.activation, at)
      at = graph.conv(`${name}.conv2`, { filters, size: 3, stride, padding: 1 }, at)
      at = graph.batchNorm(`${name}.norm2`, at)
      at = graph.activate(`${name}.activation2`, model.activation, at)
      at = graph.conv(`${name}.conv3`, { filters: filters * EXPANSION, size: 1, padding: 0 }, at)
      at = graph.batchNorm(`${name}.norm3`, at)
      at = graph.stochasticDepth(`${name}.drop`, (model.stochasticDepth * ++done) / total, at)
      let shortcut = from
      if (stride !== 1 || channels !== filters * EXPANSION) {
        shortcut = graph.conv(
          `${name}.shortcut`,
          { filters: filters * EXPANSION, size: 1, stride, padding: 0 },
          from,
        )
        shortcut = graph.batchNorm(`${name}.shortcut-norm`, shortcut)
      }
      at = graph.add(`${name}.add`, { kind: 'add' }, at, shortcut)
      at = graph.activate(`${name}.activation3`, model.activation, at)
      channels = filters * EXPANSION
    }
  })
  at = graph.add('mean', { kind: 'global-average-pool' }, at)
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  return graph.build('resnet-50', output, classes)
}
