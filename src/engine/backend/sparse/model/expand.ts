/** Layers that are several to the kernels. */
import { inferShapes } from '../../../../shared/graph/shapes.ts'
import type { LayerGraph, LayerNode, Shape } from '../../../../shared/graph/types.ts'

/**
 * The graph with each self-attention as its three parts: the dense layer of query, key and value, attention
 * without parameters, and the dense layer behind it, whose parameters keep their names.
 */
export function expanded(graph: LayerGraph): LayerGraph {
  if (!graph.nodes.some(({ kind }) => kind === 'attention')) return graph
  const shapes = inferShapes(graph)
  const renamed = new Map<string, string>()
  const newName = (name: string): string => renamed.get(name) ?? name
  const nodes = graph.nodes.flatMap((given): LayerNode[] => {
    const node = { ...given, inputs: given.inputs.map(newName) }
    if (node.kind !== 'attention') return [node]
    renamed.set(node.name, `${node.name}.projection`)
    return parts(node, shapes.get(node.name) ?? [])
  })
  return { ...graph, nodes, output: newName(graph.output) }
}

function parts(node: Extract<LayerNode, { kind: 'attention' }>, shape: Shape): LayerNode[] {
  const { name, inputs, heads, causal } = node
  const [, features] = shape
  const dense = { kind: 'dense', bias: true, maskable: false } as const
  const scale = 1 / Math.sqrt(features / heads)
  return [
    { ...dense, units: 3 * features, name: `${name}.qkv`, inputs },
    {
      kind: 'dot-product-attention',
      heads,
      scale,
      ...(causal && { causal }),
      name: `${name}.heads`,
      inputs: [`${name}.qkv`],
    },
    { ...dense, units: features, name: `${name}.projection`, inputs: [`${name}.heads`] },
  ]
}
