/** Activations that a layer does at once, while its numbers are near. */
import type { LayerNode } from '../../../../shared/graph/types.ts'
import { activationNumber, type SparseModel } from '../model.ts'

type ActivationNode = Extract<LayerNode, { kind: 'activation' }>

const DOES_AT_ONCE: ReadonlySet<LayerNode['kind']> = new Set([
  'dense',
  'conv',
  'depthwise-conv',
  'batch-norm',
  'add',
])

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
  return before !== undefined && DOES_AT_ONCE.has(before.kind)
}

/** Whether a batch norm's gradient is taken through the rectifier that follows it. */
export function rectifies(model: SparseModel, name: string): boolean {
  return following(model, name)?.activation === 'relu'
}
