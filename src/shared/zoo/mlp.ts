/**
 * Multilayer perceptrons: flatten → `depth` hidden layers of `width` units → classes. No norm, no skip.
 * The paper's MLP-7 is depth 6, width 100; its 1000-layer MLP is depth 1000, width 128.
 */
import type { Zoo } from './types.ts'
import { GraphBuilder } from './builder.ts'
import { scaled } from './scale.ts'

export const mlp: Zoo = (model, input, classes) => {
  const depth = scaled(model.depth, model.depthMultiplier)
  const width = scaled(model.width, model.widthMultiplier)
  const graph = new GraphBuilder(input)
  let at = input.length === 1 ? 'input' : graph.add('flatten', { kind: 'flatten' }, 'input')
  for (let layer = 1; layer <= depth; layer++) {
    at = graph.add(`hidden${layer}`, { kind: 'dense', units: width, bias: true, maskable: true }, at)
    at = graph.activate(`hidden${layer}.activation`, model.activation, at)
  }
  at = graph.dropout('dropout', model.dropout, at)
  const output = graph.add('classifier', { kind: 'dense', units: classes, bias: true, maskable: true }, at)
  return graph.build(`mlp-${depth}`, output, classes)
}
