/** A layer graph that another program's file held, as a model of our own form. */
import type { LayerGraph, LayerNode } from '../graph/types.ts'
import { fieldsOf } from './layer-fields.ts'
import type { LayerEntry, ModelDefinition } from './types.ts'

function entryOf(node: LayerNode, before: string, classes: number | null): LayerEntry {
  const { kind, name, inputs } = node
  if (kind === 'input') throw new Error(`models: ${name} is a second input`)
  const values = new Map<string, unknown>(Object.entries(node))
  const fields = Object.keys(fieldsOf(kind)).flatMap((field) =>
    values.get(field) === undefined ? [] : [[field, values.get(field)] as const],
  )
  const written = Object.fromEntries(fields)
  return {
    name,
    kind,
    ...(inputs.length === 1 && inputs[0] === before ? {} : { inputs }),
    ...written,
    ...(classes !== null && written.units === classes && written.tied === undefined
      ? { units: '$classes' }
      : {}),
  }
}

/**
 * The model of a graph. Where the logits come from a dense layer, its units are the classes of the data, so
 * that the network can be trained on others than it was made for.
 */
export function modelFromGraph({ nodes, output, classes }: LayerGraph): ModelDefinition {
  const [input, ...layers] = nodes
  if (input.kind !== 'input') throw new Error(`models: ${input.name} is no input`)
  return {
    input: input.shape,
    classes,
    settings: {},
    output,
    layers: layers.map((node, index) =>
      entryOf(node, nodes[index].name, node.name === output && node.kind === 'dense' ? classes : null),
    ),
  }
}
