/** A layer graph with its weights as an ONNX file that computes its logits in evaluation. */
import { layerParameters } from '../../../../shared/graph/parameters.ts'
import { inferShapes } from '../../../../shared/graph/shapes.ts'
import type { LayerGraph, LayerNode } from '../../../../shared/graph/types.ts'
import type { ModelState } from '../../../program/types.ts'
import { nameOf, shapeIn, toLayout } from '../../layouts.ts'
import { OnnxEmitter } from './emitter.ts'
import type { Given, OnnxTexts } from './emitter.ts'
import { writeLayer } from './layers.ts'

export type { OnnxTexts } from './emitter.ts'

const INPUT = 'input'
const OUTPUT = 'logits'

/**
 * The file: input `input` [batch, channels, height, width] (or [batch, features], or tokens [batch, time]),
 * output `logits` [batch, classes] (of sequences [batch, time, classes]), any batch size, operator set 17 (19
 * with circular padding). Masked weights are zeros; tensors have PyTorch's names and layouts; dropout and
 * stochastic depth are left out, and batch norm is by its running statistics.
 */
export function exportOnnx(graph: LayerGraph, state: ModelState, texts: OnnxTexts): Uint8Array {
  const emitter = new OnnxEmitter()
  const shapes = inferShapes(graph)
  const given = new Map<string, Given>()
  const tensors = new Map<string, string>()
  const specs = new Map(
    graph.nodes.map((node) => [
      node.name,
      layerParameters(
        node,
        node.inputs.map((name) => shapes.get(name) ?? []),
      ),
    ]),
  )
  emitter.reserve(INPUT)
  emitter.reserve(OUTPUT)
  const parameterOf =
    (node: LayerNode) =>
    (suffix: string, dims?: readonly number[]): string => {
      const name = `${node.name}.${suffix}`
      const spec = specs.get(node.name)?.find((each) => each.name === name)
      const values = spec && state.parameters.get(spec.name)
      if (!values) throw new Error(`onnx: no values for ${name}`)
      const mask = state.masks.get(spec.name)
      const kept = Float32Array.from(values, (value, k) => (mask && mask[k] === 0 ? 0 : value))
      const tensor = emitter.floats(
        nameOf(spec, 'pytorch'),
        dims ?? shapeIn(spec, 'pytorch'),
        toLayout(spec, kept, 'pytorch'),
      )
      tensors.set(name, tensor)
      return tensor
    }
  const sharedParameter = (name: string): string => {
    const tensor = tensors.get(name)
    if (tensor === undefined) throw new Error(`onnx: ${name} was not written`)
    return tensor
  }
  for (const node of graph.nodes) {
    const shape = shapes.get(node.name) ?? []
    if (node.kind === 'input') {
      given.set(node.name, { name: INPUT, shape })
      continue
    }
    const inputs = node.inputs.map((name) => given.get(name) ?? { name, shape: [] })
    given.set(node.name, {
      name: writeLayer({ emitter, inputs, shape, parameter: parameterOf(node), sharedParameter }, node),
      shape,
    })
  }
  const last = given.get(graph.output) ?? { name: INPUT, shape: [] }
  const input = { name: INPUT, shape: shapes.get(graph.nodes[0].name) ?? [] }
  emitter.giveOut(last.name, OUTPUT)
  return emitter.finish(graph.name, input, { name: OUTPUT, shape: last.shape }, texts)
}
