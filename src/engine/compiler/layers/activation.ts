import { LEAKY_SLOPE } from '../../../shared/graph/types.ts'
import type { LayerActivation } from '../../../shared/graph/types.ts'
import type { GraphBuilder, Value } from '../../ops/ir.ts'
import { add, multiply, one, scalar, scale } from '../../ops/support/make.ts'
import type { LayerLowering } from './types.ts'

type Lowering = (graph: GraphBuilder, x: Value, slope: number) => Value

const op =
  (name: string): Lowering =>
  (graph, x) =>
    one(graph, name, [x])

/** min(max(x, 0), 6); its derivative is 0 at both ends, as in PyTorch. */
const relu6: Lowering = (graph, x) => one(graph, 'minimum', [one(graph, 'relu', [x]), scalar(graph, 6)])

/** relu6(x + 3)/6 (Howard et al. 2019). */
const hardSigmoid: Lowering = (graph, x) =>
  scale(graph, relu6(graph, add(graph, x, scalar(graph, 3)), 0), 1 / 6)

/** ½x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks and Gimpel 2016). */
const geluTanh: Lowering = (graph, x) => {
  const cube = multiply(graph, one(graph, 'square', [x]), x)
  const inner = scale(graph, add(graph, x, scale(graph, cube, 0.044715)), Math.sqrt(2 / Math.PI))
  const factor = add(graph, one(graph, 'tanh', [inner]), scalar(graph, 1))
  return multiply(graph, scale(graph, x, 0.5), factor)
}

const ACTIVATION_LOWERINGS: Readonly<Record<LayerActivation, Lowering>> = {
  linear: (_, x) => x,
  tanh: op('tanh'),
  'hard-tanh': op('hard-tanh'),
  relu: op('relu'),
  'leaky-relu': (graph, x, slope) => one(graph, 'leaky-relu', [x], { slope }),
  selu: op('selu'),
  swish: op('swish'),
  gelu: op('gelu'),
  sigmoid: op('sigmoid'),
  relu6,
  'hard-sigmoid': hardSigmoid,
  'hard-swish': (graph, x, slope) => multiply(graph, x, hardSigmoid(graph, x, slope)),
  'gelu-tanh': geluTanh,
}

export const lowerActivation: LayerLowering<'activation'> = (
  { builder, inputs: [x] },
  { activation, slope = LEAKY_SLOPE },
) => ACTIVATION_LOWERINGS[activation](builder, x, slope)
