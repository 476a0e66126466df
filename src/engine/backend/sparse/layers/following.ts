/** Activations that a layer does at once, while its numbers are near. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { layerHas } from '../model/layer-kinds.ts'
import { activationNumber, type SparseModel } from '../model/model.ts'

type ActivationNode = Extract<LayerNode, { kind: 'activation' }>

/** The activation that overwrites a node's value, being all that reads it; null where there is none. */
export function following({ consumers, values }: SparseModel, name: string): ActivationNode | null {
  const [next, ...others] = consumers.get(name) ?? []
  if (!next || others.length > 0 || next.kind !== 'activation' || next.activation === 'linear') return null
  return values.get(next.name) === values.get(name) ? next : null
}

/** Its number for the kernels; 0 where there is none. */
export function followingNumber(model: SparseModel, name: string): number {
  const next = following(model, name)
  return next ? activationNumber(next) : 0
}

/** Whether the layer before does this activation at once. */
export function doneBefore({ nodes }: SparseModel, node: ActivationNode): boolean {
  const before = nodes.get(node.inputs[0])
  return before !== undefined && layerHas(before.kind, 'activates')
}

/**
 * The activation whose gradient a dense layer takes with its own input's: it overwrites the vector before it,
 * that layer alone reads it, and no batch norm takes its gradient.
 */
export function slopedBy(model: SparseModel, { name, inputs }: LayerNode): ActivationNode | null {
  const { nodes, consumers, values, kernels, graph } = model
  const before = nodes.get(inputs[0])
  if (kernels.get(name)?.dense !== true || before?.kind !== 'activation' || before.activation === 'linear')
    return null
  if (before.name === graph.output || consumers.get(before.name)?.length !== 1) return null
  if (slopedByNorm(model, before)) return null
  const value = values.get(before.name)
  if (!value || value !== values.get(before.inputs[0])) return null
  const { height, width } = value.geometry
  return height * width === 1 ? before : null
}

/** Whether a batch norm before it takes this activation's gradient. */
export function slopedByNorm(model: SparseModel, { inputs: [before] }: ActivationNode): boolean {
  return model.nodes.get(before)?.kind === 'batch-norm' && rectifies(model, before)
}

/** Whether a batch norm's gradient is taken through the rectifier that follows it. */
export function rectifies(model: SparseModel, name: string): boolean {
  return following(model, name)?.activation === 'relu'
}

/**
 * Whether a GELU leaves its slope where its input was, for the way back: a linear layer made that input,
 * which does not need it again, and nothing else reads it.
 */
export function keepsSlope({ nodes, consumers, values, graph }: SparseModel, node: ActivationNode): boolean {
  const [before] = node.inputs
  const kind = nodes.get(before)?.kind
  return (
    node.activation === 'gelu' &&
    (kind === 'dense' || kind === 'conv' || kind === 'depthwise-conv') &&
    before !== graph.output &&
    consumers.get(before)?.length === 1 &&
    values.get(before)?.name === before &&
    values.get(node.name) !== values.get(before)
  )
}
