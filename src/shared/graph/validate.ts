/** What every layer graph must be: unique names, topological order, one output that gives the logits. */
import { BenchError } from '../contract/errors.ts'
import type { LayerGraph, Shape } from './types.ts'
import { inferShapes, inputVocabulary, sameShape, shapeText } from './shapes.ts'

/**
 * Checks a graph and returns its shapes. Throws BenchError('bad-specification') that names the node:
 * duplicate name, input not first, a reader before what it reads, a value that nothing reads, an output that
 * is not [classes], or, of a model that reads tokens, [time, classes].
 */
export function validateGraph(graph: LayerGraph): Map<string, Shape> {
  const names = new Set<string>()
  for (const node of graph.nodes) {
    if (names.has(node.name)) refuse(`Two layers are called “${node.name}”; names must be unique.`)
    names.add(node.name)
  }
  if (graph.nodes[0]?.kind !== 'input') refuse('The first layer must be the input.')
  if (graph.nodes.filter((node) => node.kind === 'input').length !== 1)
    refuse('A model has exactly one input.')
  const shapes = inferShapes(graph)
  const read = new Set(graph.nodes.flatMap((node) => node.inputs))
  const loose = graph.nodes.filter((node) => !read.has(node.name) && node.name !== graph.output)
  if (loose.length > 0) refuse(`Nothing reads ${loose.map((node) => `“${node.name}”`).join(', ')}.`)
  const output = shapes.get(graph.output)
  if (!output) refuse(`The output “${graph.output}” is not a layer.`)
  const ofTokens = inputVocabulary(graph) !== null && output.length === 2
  if (!sameShape(ofTokens ? output.slice(1) : output, [graph.classes])) {
    refuse(`The output “${graph.output}” has shape ${shapeText(output)}, not ${graph.classes} (classes).`)
  }
  return shapes
}

function refuse(message: string): never {
  throw new BenchError('bad-specification', message, 'model')
}
