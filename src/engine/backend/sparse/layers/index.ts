/**
 * All layers with sparse kernels, by kind. To add one: its file behind SparseLayer, a line here, its
 * traits in layer-kinds.ts.
 */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { activation, add, concat, dropout, flatten, input } from './elementwise.ts'
import { linear } from './linear.ts'
import { batchNorm } from './norm.ts'
import { averagePool, globalAveragePool, maxPool, padShortcut } from './pool.ts'
import type { LayerContext } from './types.ts'

/** Writes one layer onto a tape. Throws for kinds that `refusals` names. */
export function emitLayer(context: LayerContext, node: LayerNode, direction: 'forward' | 'backward'): void {
  switch (node.kind) {
    case 'input':
      return input[direction](context, node)
    case 'flatten':
      return flatten[direction](context, node)
    case 'activation':
      return activation[direction](context, node)
    case 'dense':
    case 'conv':
    case 'depthwise-conv':
      return linear[direction](context, node)
    case 'batch-norm':
      return batchNorm[direction](context, node)
    case 'add':
      return add[direction](context, node)
    case 'concat':
      return concat[direction](context, node)
    case 'dropout':
    case 'stochastic-depth':
      return dropout[direction](context, node)
    case 'max-pool':
      return maxPool[direction](context, node)
    case 'average-pool':
      return averagePool[direction](context, node)
    case 'global-average-pool':
      return globalAveragePool[direction](context, node)
    case 'pad-shortcut':
      return padShortcut[direction](context, node)
    default:
      throw new Error(`${node.name}: the layer kind ${node.kind} has no sparse kernel`)
  }
}
