/**
 * DeiT III (Touvron et al. 2022, arXiv 2204.07118), tiny and small: patches of 16 × 16, pre-LayerNorm blocks,
 * LayerScale starting at 10⁻⁴, one rate of stochastic depth in all blocks; positions are added to the patches
 * before the class token comes in front. Only the kernels of the MLP blocks are maskable.
 */
import { BenchError } from '../contract/errors.ts'
import { shapeText } from '../graph/shapes.ts'
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { requireImage, scaled } from './scale.ts'

const PATCH = 16
const HEAD_FEATURES = 64
const BLOCKS = 12
const LAYER_NORM = { kind: 'layer-norm', epsilon: 1e-6 } as const
const LAYER_SCALE = { kind: 'layer-scale', initial: 1e-4 } as const

export const deitTiny: Zoo = (model, input, classes) => deit('deit-tiny', 3, model, input, classes)
export const deitSmall: Zoo = (model, input, classes) => deit('deit-small', 6, model, input, classes)

function deit(name: string, baseHeads: number, ...[model, input, classes]: Parameters<Zoo>): ReturnType<Zoo> {
  requireImage(name, input)
  if (input[0] % PATCH !== 0 || input[1] % PATCH !== 0) {
    throw new BenchError(
      'bad-specification',
      `${name} cuts images into patches of ${PATCH}; ${shapeText(input)} is no multiple of ${PATCH}. ` +
        'Set data.size.',
      'data.size',
    )
  }
  const heads = scaled(baseHeads, model.widthMultiplier)
  const features = heads * HEAD_FEATURES
  const patches = (input[0] / PATCH) * (input[1] / PATCH)
  const graph = new GraphBuilder(input)
  let at = graph.add(
    'patch.conv',
    {
      kind: 'conv',
      filters: features,
      kernel: [PATCH, PATCH],
      stride: PATCH,
      padding: 'valid',
      groups: 1,
      bias: true,
      maskable: false,
    },
    'input',
  )
  at = graph.add('patch.sequence', { kind: 'reshape', shape: [patches, features] }, at)
  at = graph.add('positions', { kind: 'position-embedding' }, at)
  at = graph.add('class-token', { kind: 'class-token' }, at)
  const blocks = scaled(BLOCKS, model.depthMultiplier)
  for (let index = 1; index <= blocks; index++) {
    const block = `block${index}`
    let branch = graph.add(`${block}.norm1`, LAYER_NORM, at)
    branch = graph.add(`${block}.attention`, { kind: 'attention', heads }, branch)
    branch = graph.add(`${block}.scale1`, LAYER_SCALE, branch)
    branch = graph.stochasticDepth(`${block}.drop1`, model.stochasticDepth, branch)
    at = graph.add(`${block}.add1`, { kind: 'add' }, at, branch)
    branch = graph.add(`${block}.norm2`, LAYER_NORM, at)
    branch = graph.add(
      `${block}.hidden`,
      { kind: 'dense', units: 4 * features, bias: true, maskable: true },
      branch,
    )
    branch = graph.activate(`${block}.activation`, model.activation, branch)
    branch = graph.add(
      `${block}.output`,
      { kind: 'dense', units: features, bias: true, maskable: true },
      branch,
    )
    branch = graph.add(`${block}.scale2`, LAYER_SCALE, branch)
    branch = graph.stochasticDepth(`${block}.drop2`, model.stochasticDepth, branch)
    at = graph.add(`${block}.add2`, { kind: 'add' }, at, branch)
  }
  at = graph.add('norm', LAYER_NORM, at)
  at = graph.add('select', { kind: 'select-token', index: 0 }, at)
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: false }, at)
  return graph.build(name, output, classes)
}
