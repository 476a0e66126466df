/** A small writer of layer graphs: nodes are appended in order, so that the graph is topological by construction. */
import type { LayerGraph, LayerNode, LayerOp, Shape } from '../graph/types.ts'
import { validateGraph } from '../graph/validate.ts'

export class GraphBuilder {
  private readonly nodes: LayerNode[] = []

  /** Starts with the input node, `input`. */
  constructor(input: Shape) {
    this.nodes.push({ kind: 'input', shape: input, name: 'input', inputs: [] })
  }

  /** Appends a layer that reads `inputs` and answers its name. */
  add(name: string, op: LayerOp, ...inputs: string[]): string {
    this.nodes.push({ ...op, name, inputs })
    return name
  }

  /** Appends a chain: each layer reads the one before. Answers the last name. */
  chain(from: string, ...layers: readonly (readonly [string, LayerOp])[]): string {
    let at = from
    for (const [name, op] of layers) at = this.add(name, op, at)
    return at
  }

  /** The finished graph, checked; throws BenchError when a layer cannot take what feeds it. */
  build(name: string, output: string, classes: number): LayerGraph {
    const graph: LayerGraph = { name, nodes: this.nodes, output, classes }
    validateGraph(graph)
    return graph
  }
}
