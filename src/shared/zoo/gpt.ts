/**
 * A language model of GPT-2's form (Radford et al. 2019): tokens and learned positions, blocks of layer norm,
 * causal multi-head attention, layer norm and an MLP of four times the width, a last layer norm, and a head
 * that is tied to the tokens' table (Press and Wolf 2017, arXiv 1608.05859) or free. Dropout follows the
 * embedding and ends each branch; attention's own weights have none. The kernels of the MLP blocks are
 * maskable.
 */
import { BenchError } from '../contract/errors.ts'
import { shapeText } from '../graph/shapes.ts'
import { GraphBuilder } from './builder.ts'
import { scaled } from './scale.ts'
import type { ModelSettings, Zoo } from './types.ts'

const LAYER_NORM = { kind: 'layer-norm', epsilon: 1e-5 } as const
/** Width of an MLP over that of its block. */
const EXPANSION = 4

/** The width times its multiplier, to the nearest multiple of the heads. Throws where they do not. */
function featuresOf({ width, heads, widthMultiplier }: ModelSettings): number {
  if (width % heads !== 0) {
    throw new BenchError(
      'bad-specification',
      `${heads} heads must divide the width, ${width}. Set model.heads or model.width.`,
      'model.heads',
    )
  }
  return heads * scaled(width / heads, widthMultiplier)
}

export const gpt: Zoo = (model, input, classes) => {
  if (input.length !== 1) {
    throw new BenchError(
      'bad-specification',
      `gpt takes tokens, not inputs of ${shapeText(input)}. Set data.name to text.`,
      'model.name',
    )
  }
  const features = featuresOf(model)
  const { heads, dropout } = model
  const graph = new GraphBuilder(input)
  let at = graph.add('tokens', { kind: 'token-embedding', vocabulary: classes, features }, 'input')
  at = graph.add('positions', { kind: 'position-embedding' }, at)
  at = graph.dropout('drop', dropout, at)
  const blocks = scaled(model.depth, model.depthMultiplier)
  for (let index = 1; index <= blocks; index++) {
    const block = `block${index}`
    const dense = (units: number) => ({ kind: 'dense', units, bias: true, maskable: true }) as const
    let branch = graph.add(`${block}.norm1`, LAYER_NORM, at)
    branch = graph.add(`${block}.attention`, { kind: 'attention', heads, causal: true }, branch)
    branch = graph.dropout(`${block}.drop1`, dropout, branch)
    at = graph.add(`${block}.add1`, { kind: 'add' }, at, branch)
    branch = graph.add(`${block}.norm2`, LAYER_NORM, at)
    branch = graph.add(`${block}.hidden`, dense(EXPANSION * features), branch)
    branch = graph.activate(`${block}.activation`, model.activation, branch)
    branch = graph.add(`${block}.output`, dense(features), branch)
    branch = graph.dropout(`${block}.drop2`, dropout, branch)
    at = graph.add(`${block}.add2`, { kind: 'add' }, at, branch)
  }
  at = graph.add('norm', LAYER_NORM, at)
  const head = { kind: 'dense', units: classes, bias: false, maskable: false } as const
  const output = graph.add('head', model.tied ? { ...head, tied: 'tokens' } : head, at)
  return graph.build('gpt', output, classes)
}
