/** Reverse-mode differentiation: a walk that knows nothing of any op but its gradient rule. */
import type { Node, Value } from '../ops/ir.ts'
import { operation } from '../ops/index.ts'
import { add } from '../ops/support/make.ts'
import { sameShape } from '../ops/support/shapes.ts'
import type { Builder } from '../program/builder.ts'

/**
 * Vector-Jacobian products: for each value of `wrt`, the sum over outputs of ⟨cotangent, ∂output/∂value⟩, as
 * new nodes of the same graph, which may be differentiated again. null where no output depends on the value
 * (or only through something constant). Throws when a path leads through an op that has no gradient.
 */
export function gradients(
  builder: Builder,
  outputs: readonly Value[],
  cotangents: readonly Value[],
  wrt: readonly Value[],
): (Value | null)[] {
  const active = dependents(builder.nodes, wrt)
  const walked = builder.nodes.filter((node) => active.has(node))
  const sums = new Map<Node, (Value | null)[]>()
  const accumulate = (value: Value, cotangent: Value): void => {
    if (!sameShape(value.type.shape, cotangent.type.shape)) {
      throw new Error(`cotangent [${cotangent.type.shape}] of ${value.node.op} [${value.type.shape}]`)
    }
    const parts = sums.get(value.node) ?? value.node.outputs.map(() => null)
    const before = parts[value.index]
    parts[value.index] = before === null ? cotangent : add(builder, before, cotangent)
    sums.set(value.node, parts)
  }
  outputs.forEach((output, i) => accumulate(output, cotangents[i]))
  for (let i = walked.length - 1; i >= 0; i--) {
    const node = walked[i]
    const parts = sums.get(node)
    const needs = node.inputs.map((input) => input.type.dtype === 'float' && active.has(input.node))
    if (!parts || !needs.includes(true)) continue
    const { gradient } = operation(node.op)
    if (!gradient) throw new Error(`${node.op} is not differentiable, but a gradient has to pass through it`)
    const context = {
      graph: builder,
      node,
      inputs: node.inputs,
      outputs: builder.outputsOf(node),
      attributes: node.attributes,
      needs,
    }
    gradient(context, parts).forEach((cotangent, k) => {
      if (cotangent !== null && needs[k]) accumulate(node.inputs[k], cotangent)
    })
  }
  return wrt.map((value) => sums.get(value.node)?.[value.index] ?? null)
}

/** Nodes that depend on one of the values, these included. */
function dependents(nodes: readonly Node[], values: readonly Value[]): Set<Node> {
  const found = new Set(values.map(({ node }) => node))
  for (const node of nodes) {
    if (!found.has(node) && node.inputs.some((input) => found.has(input.node))) found.add(node)
  }
  return found
}
