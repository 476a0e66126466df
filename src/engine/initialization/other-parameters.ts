/** First values of everything that is no kernel. */
import type { LayerGraph, ParameterSpec } from '../../shared/graph/types.ts'
import type { Stream } from '../rng.ts'
import { sizeOf } from '../../shared/graph/shapes.ts'
import { uniforms } from './dense/scaled.ts'
import { kernelShapeOf } from './kernel-shape.ts'

/** How biases begin: normal with a deviation, or as PyTorch's layers, uniform on ±1/√fan-in of the kernel. */
export type Biases = { readonly std: number } | { readonly kernels: readonly ParameterSpec[] }

/** Standard deviation of class tokens, learned positions and tables of tokens, as in DeiT and GPT-2. */
const TOKEN_STD = 0.02

function layerScaleOf(graph: LayerGraph, parameter: ParameterSpec): number {
  const node = graph.nodes.find(({ name }) => name === parameter.layer)
  if (node?.kind !== 'layer-scale')
    throw new Error(`initialization: ${parameter.name} belongs to no layer-scale node of ${graph.name}`)
  return node.initial
}

function uniformBias(
  { name, layer, shape }: ParameterSpec,
  kernels: readonly ParameterSpec[],
  stream: Stream,
): Float64Array {
  const kernel = kernels.find((each) => each.layer === layer)
  if (!kernel) throw new Error(`initialization: ${name} belongs to no kernel`)
  return uniforms(sizeOf(shape), 1 / Math.sqrt(kernelShapeOf(kernel).fanIn), stream)
}

/**
 * Biases ~ N(0, σ_b²), or uniform; norm scale 1, shift 0, running mean 0 and variance 1; layer scale at its
 * node's initial value; class tokens, positions and tables of tokens ~ N(0, 0.02²).
 */
export function otherParameter(
  graph: LayerGraph,
  parameter: ParameterSpec,
  biases: Biases,
  stream: Stream,
): Float64Array {
  const values = new Float64Array(sizeOf(parameter.shape))
  const normal = (std: number): Float64Array => {
    if (std > 0) for (let k = 0; k < values.length; k++) values[k] = std * stream.normal()
    return values
  }
  switch (parameter.role) {
    case 'bias':
      return 'std' in biases ? normal(biases.std) : uniformBias(parameter, biases.kernels, stream)
    case 'token':
    case 'position':
    case 'embedding':
      return normal(TOKEN_STD)
    case 'scale':
    case 'running-variance':
      return values.fill(1)
    case 'layer-scale':
      return values.fill(layerScaleOf(graph, parameter))
    case 'shift':
    case 'running-mean':
      return values
    case 'kernel':
      throw new Error(`initialization: ${parameter.name} is a kernel`)
  }
}
