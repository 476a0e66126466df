/**
 * EfficientNet-B0 (Tan & Le 2019, table 1): inverted residual blocks with depthwise convolutions and
 * squeeze-excitation. Every kernel is maskable, depthwise and squeeze-excitation included. Images smaller
 * than 64 pixels would be gone before the end, so for them the stem has stride 1. Stochastic depth rises
 * linearly to its rate.
 */
import type { Zoo } from './types.ts'
import type { ModelSettings } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { requireImage, scaled } from './scale.ts'

interface Stage {
  readonly expand: number
  readonly size: number
  readonly stride: number
  readonly filters: number
  readonly blocks: number
}

const STAGES: readonly Stage[] = [
  { expand: 1, size: 3, stride: 1, filters: 16, blocks: 1 },
  { expand: 6, size: 3, stride: 2, filters: 24, blocks: 2 },
  { expand: 6, size: 5, stride: 2, filters: 40, blocks: 2 },
  { expand: 6, size: 3, stride: 2, filters: 80, blocks: 3 },
  { expand: 6, size: 5, stride: 1, filters: 112, blocks: 3 },
  { expand: 6, size: 5, stride: 2, filters: 192, blocks: 4 },
  { expand: 6, size: 3, stride: 1, filters: 320, blocks: 1 },
]
const SMALL_SIDE = 64

export const efficientnetB0: Zoo = (model, input, classes) => {
  requireImage('efficientnet-b0', input)
  const graph = new GraphBuilder(input)
  const stem = {
    filters: scaled(32, model.widthMultiplier),
    size: 3,
    stride: input[0] < SMALL_SIDE ? 1 : 2,
    padding: 1,
  }
  let at = normed(graph, model, 'stem', graph.conv('stem.conv', stem, 'input'))
  let channels = stem.filters
  const counts = STAGES.map((stage) => scaled(stage.blocks, model.depthMultiplier))
  const total = counts.reduce((sum, count) => sum + count, 0)
  let done = 0
  STAGES.forEach((stage, index) => {
    const filters = scaled(stage.filters, model.widthMultiplier)
    for (let block = 1; block <= counts[index]; block++) {
      const stride = block === 1 ? stage.stride : 1
      const rate = (model.stochasticDepth * done++) / total
      at = invertedResidual(graph, model, {
        name: `stage${index + 1}.block${block}`,
        input: at,
        channels,
        filters,
        stride,
        rate,
        size: stage.size,
        expand: stage.expand,
      })
      channels = filters
    }
  })
  at = graph.conv('head.conv', { filters: scaled(1280, model.widthMultiplier), size: 1, padding: 0 }, at)
  at = normed(graph, model, 'head', at)
  at = graph.add('mean', { kind: 'global-average-pool' }, at)
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  return graph.build('efficientnet-b0', output, classes)
}

interface Block {
  readonly name: string
  readonly input: string
  readonly channels: number
  readonly filters: number
  readonly expand: number
  readonly size: number
  readonly stride: number
  readonly rate: number
}

function invertedResidual(graph: GraphBuilder, model: ModelSettings, block: Block): string {
  const { name, channels, filters, stride, size } = block
  const expanded = channels * block.expand
  let at = block.input
  if (block.expand > 1) {
    at = graph.conv(`${name}.expand.conv`, { filters: expanded, size: 1, padding: 0 }, at)
    at = normed(graph, model, `${name}.expand`, at)
  }
  at = graph.add(
    `${name}.depthwise.conv`,
    {
      kind: 'depthwise-conv',
      kernel: [size, size],
      stride,
      padding: (size - 1) / 2,
      bias: false,
      maskable: true,
    },
    at,
  )
  at = normed(graph, model, `${name}.depthwise`, at)
  // Squeeze-excitation: a quarter of the block's input channels, as in the published network.
  const units = Math.max(1, Math.floor(channels / 4))
  let gate = graph.add(`${name}.squeeze.mean`, { kind: 'global-average-pool' }, at)
  gate = graph.add(`${name}.squeeze.reduce`, { kind: 'dense', units, bias: true, maskable: true }, gate)
  gate = graph.activate(`${name}.squeeze.activation`, model.activation, gate)
  gate = graph.add(
    `${name}.squeeze.expand`,
    { kind: 'dense', units: expanded, bias: true, maskable: true },
    gate,
  )
  gate = graph.add(`${name}.squeeze.gate`, { kind: 'activation', activation: 'sigmoid' }, gate)
  at = graph.add(`${name}.squeeze.scale`, { kind: 'scale-channels' }, at, gate)
  at = graph.conv(`${name}.project.conv`, { filters, size: 1, padding: 0 }, at)
  at = graph.batchNorm(`${name}.project.norm`, at)
  if (stride !== 1 || channels !== filters) return at
  at = graph.stochasticDepth(`${name}.drop`, block.rate, at)
  return graph.add(`${name}.add`, { kind: 'add' }, at, block.input)
}

function normed(graph: GraphBuilder, model: ModelSettings, name: string, at: string): string {
  return graph.activate(`${name}.activation`, model.activation, graph.batchNorm(`${name}.norm`, at))
}
