/** Self-attention whose own kernels can be sparse. */
import type { LayerGraph, LayerNode, Shape } from './types.ts'
import { inferShapes } from './shapes.ts'

/**
 * The graph with each layer of self-attention as query, key and value, attention without parameters, and the
 * projection behind it: four maskable kernels [features, features] in place of two that no mask touches. The
 * same network, whose parameters have other names (`….query.kernel`, `….projection.kernel`).
 */
export function withSparseAttention(graph: LayerGraph): LayerGraph {
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
  const dense = { kind: 'dense', units: features, bias: true, maskable: true } as const
  const three = ['query', 'key', 'value'].map((part) => ({ ...dense, name: `${name}.${part}`, inputs }))
  const heard = {
    kind: 'dot-product-attention',
    heads,
    scale: 1 / Math.sqrt(features / heads),
    ...(causal && { causal }),
    name: `${name}.heads`,
    inputs: three.map((part) => part.name),
  } as const
  return [...three, heard, { ...dense, name: `${name}.projection`, inputs: [heard.name] }]
}
