/**
 * A small writer of layer graphs: nodes are appended in order, so that the graph is topological by
 * construction.
 */
import type { Activation, LayerGraph, LayerNode, LayerOp, Padding, Shape } from '../graph/types.ts'
import { validateGraph } from '../graph/validate.ts'

export interface ConvOptions {
  readonly filters: number
  readonly size: number
  readonly stride?: number
  readonly padding: Padding
  readonly bias?: boolean
}

export class GraphBuilder {
  readonly #nodes: LayerNode[] = []

  /** Starts with the input node, `input`. */
  constructor(input: Shape) {
    this.#nodes.push({ kind: 'input', shape: input, name: 'input', inputs: [] })
  }

  /** Appends a layer that reads `inputs` and returns its name. */
  add(name: string, op: LayerOp, ...inputs: string[]): string {
    this.#nodes.push({ ...op, name, inputs })
    return name
  }

  /** Appends an activation, or nothing for `linear`. */
  activate(name: string, activation: Activation, input: string): string {
    return activation === 'linear' ? input : this.add(name, { kind: 'activation', activation }, input)
  }

  /** Appends dropout, or nothing for a rate of 0. */
  dropout(name: string, rate: number, input: string): string {
    return rate === 0 ? input : this.add(name, { kind: 'dropout', rate }, input)
  }

  /** Appends stochastic depth to a residual branch, or nothing for a rate of 0. */
  stochasticDepth(name: string, rate: number, input: string): string {
    return rate === 0 ? input : this.add(name, { kind: 'stochastic-depth', rate }, input)
  }

  /** A maskable convolution with square kernel and neither groups nor, unless asked, a bias. */
  conv(name: string, options: ConvOptions, input: string): string {
    const { filters, size, stride = 1, padding, bias = false } = options
    return this.add(
      name,
      {
        kind: 'conv',
        filters,
        kernel: [size, size],
        stride,
        padding,
        groups: 1,
        bias,
        maskable: true,
      },
      input,
    )
  }

  /** Batch norm as PyTorch has it by default: momentum 0.9 in TensorFlow's sense, ε = 10⁻⁵. */
  batchNorm(name: string, input: string): string {
    return this.add(name, { kind: 'batch-norm', momentum: 0.9, epsilon: 1e-5 }, input)
  }

  /** The finished graph, checked; throws BenchError when a layer cannot take what feeds it. */
  build(name: string, output: string, classes: number): LayerGraph {
    const graph: LayerGraph = { name, nodes: this.#nodes, output, classes }
    validateGraph(graph)
    return graph
  }
}
