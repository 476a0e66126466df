/** Floating-point operations of a model, dense and at given densities. */
import type { LayerGraph, LayerNode, Shape } from './types.ts'
import { inferShapes, sizeOf } from './shapes.ts'
import { layerParameters } from './parameters.ts'

export interface LayerCost {
  readonly layer: string
  /** Operations of one example's forward pass: 2 per multiply-add of a kernel or of attention's products. */
  readonly dense: number
  /** The same with each kernel at its density. */
  readonly sparse: number
}

/**
 * Forward cost of every layer that multiplies (dense, convolutions, attention); additions of biases, norms,
 * activations, pooling and tables that are read are left out, as in the literature on sparse training (Evci
 * et al. 2020). A training step costs about three times as much. `densities`: kernel name → density; kernels
 * that are not named count as dense.
 */
export function costOf(graph: LayerGraph, densities: ReadonlyMap<string, number> = new Map()): LayerCost[] {
  const shapes = inferShapes(graph)
  const costs: LayerCost[] = []
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? [])
    const output = shapes.get(node.name) ?? []
    let dense = 0
    let sparse = 0
    for (const parameter of layerParameters(node, inputs)) {
      if (parameter.role !== 'kernel') continue
      const operations = 2 * sizeOf(parameter.shape) * uses(node, output)
      dense += operations
      sparse += operations * (densities.get(parameter.name) ?? 1)
    }
    const others = productsOf(node, inputs, output)
    dense += others
    sparse += others
    if (dense > 0) costs.push({ layer: node.name, dense, sparse })
  }
  return costs
}

/** Operations of no kernel of the layer's own: attention's products, and those of a tied layer. */
function productsOf(node: LayerNode, [input]: readonly Shape[], output: Shape): number {
  if (node.kind === 'dense' && node.tied !== undefined) return 2 * sizeOf(input) * node.units
  if (node.kind !== 'attention' && node.kind !== 'dot-product-attention') return 0
  const [time, features] = output
  // Scores QKᵀ and their product with V: one multiply-add for each feature of a pair of places that meet.
  const pairs = node.causal ? (time * (time + 1)) / 2 : time ** 2
  return 4 * pairs * features
}

/** What the operations of one forward pass are made of. */
export interface KernelOperations {
  /** Operations of one kept entry of a maskable kernel, by its name. */
  readonly masked: ReadonlyMap<string, number>
  /** All that no mask changes: other kernels, attention's products. */
  readonly other: number
  /** All operations with every weight kept. */
  readonly dense: number
}

/** The parts of `costOf`, so that the cost under a mask is other + Σ masked · kept entries. */
export function kernelOperations(graph: LayerGraph): KernelOperations {
  const shapes = inferShapes(graph)
  const masked = new Map<string, number>()
  let maskable = 0
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => shapes.get(name) ?? [])
    for (const parameter of layerParameters(node, inputs)) {
      if (parameter.role !== 'kernel' || !parameter.maskable) continue
      const entry = 2 * uses(node, shapes.get(node.name) ?? [])
      masked.set(parameter.name, entry)
      maskable += entry * sizeOf(parameter.shape)
    }
  }
  const { dense } = totalCost(costOf(graph))
  return { masked, other: dense - maskable, dense }
}

/** Sums of `costOf`. */
export function totalCost(costs: readonly LayerCost[]): { readonly dense: number; readonly sparse: number } {
  return {
    dense: costs.reduce((sum, cost) => sum + cost.dense, 0),
    sparse: costs.reduce((sum, cost) => sum + cost.sparse, 0),
  }
}

/** How often each entry of the kernel is used: once a place of the output. */
function uses(node: LayerNode, output: Shape): number {
  return node.kind === 'conv' || node.kind === 'depthwise-conv'
    ? output[0] * output[1]
    : sizeOf(output.slice(0, -1))
}
