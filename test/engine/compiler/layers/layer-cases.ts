/** Small graphs of the layers that other programs' networks bring, with what runs and differentiates them. */
import type { Backend } from '../../../../src/engine/program/backend.ts'
import { gradients } from '../../../../src/engine/compiler/gradient.ts'
import { lowerModel } from '../../../../src/engine/compiler/lower.ts'
import { filled } from '../../../../src/engine/ops/support/make.ts'
import { Builder } from '../../../../src/engine/program/builder.ts'
import { layoutOf, layoutVariables, packState } from '../../../../src/engine/program/layout.ts'
import { Stream } from '../../../../src/engine/rng.ts'
import { parametersOf } from '../../../../src/shared/graph/parameters.ts'
import { inferShapes, sizeOf } from '../../../../src/shared/graph/shapes.ts'
import type { LayerGraph, LayerNode, LayerOp } from '../../../../src/shared/graph/types.ts'

type Layer = LayerOp & { readonly inputs?: readonly string[] }

/** Layers l1, l2, … on the input l0, each after the one before unless it names its inputs; then flattened. */
export function chain(shape: readonly number[], layers: readonly Layer[]): LayerGraph {
  const nodes: LayerNode[] = [{ kind: 'input', shape, name: 'l0', inputs: [] }]
  for (const layer of [...layers, { kind: 'flatten' } as const]) {
    const inputs = 'inputs' in layer && layer.inputs ? layer.inputs : [`l${nodes.length - 1}`]
    nodes.push({ ...layer, name: `l${nodes.length}`, inputs })
  }
  const graph = { name: 'case', nodes, output: `l${nodes.length - 1}`, classes: 0 }
  return { ...graph, classes: inferShapes(graph).get(graph.output)?.[0] ?? 0 }
}

const conv = {
  kind: 'conv',
  filters: 4,
  kernel: [3, 2],
  stride: 1,
  groups: 1,
  bias: true,
  maskable: true,
} as const
const depthwise = { kind: 'depthwise-conv', kernel: [3, 3], stride: 2, bias: false, maskable: true } as const
const image = [6, 5, 2] as const

/** Every new layer, and every new setting of a layer, on [height, width, channels] or [time, features]. */
export const LAYER_CASES: Readonly<Record<string, LayerGraph>> = {
  'conv, four paddings': chain(image, [{ ...conv, stride: 2, padding: [0, 1, 2, 0] }]),
  'conv, dilated': chain(image, [{ ...conv, padding: 1, dilation: 2 }]),
  'conv, dilated in groups': chain(image, [{ ...conv, groups: 2, padding: [2, 2, 0, 1], dilation: 2 }]),
  'depthwise, four paddings': chain(image, [{ ...depthwise, padding: [1, 0, 1, 2] }]),
  'depthwise, dilated': chain(image, [{ ...depthwise, stride: 1, padding: 2, dilation: 2 }]),
  'dense on an image': chain(image, [{ kind: 'dense', units: 3, bias: true, maskable: true }]),
  'max pool, four paddings': chain(image, [{ kind: 'max-pool', size: 3, stride: 2, padding: [1, 1, 1, 2] }]),
  'average pool, four paddings': chain(image, [
    { kind: 'average-pool', size: 3, stride: 2, padding: [1, 0, 1, 2] },
  ]),
  'average pool, padding left out': chain(image, [
    { kind: 'average-pool', size: 3, stride: 2, padding: [1, 0, 1, 2], excludePadding: true },
  ]),
  multiply: chain(image, [
    { kind: 'activation', activation: 'sigmoid' },
    { kind: 'multiply', inputs: ['l1', 'l0'] },
  ]),
  slice: chain(image, [{ kind: 'slice', axis: 1, begin: 1, size: 3 }]),
  permute: chain(image, [{ kind: 'permute', axes: [2, 0, 1] }]),
  'attention, fused': chain([4, 12], [{ kind: 'dot-product-attention', heads: 2, scale: 0.5 }]),
  'attention, three inputs': chain(
    [4, 6],
    [
      { kind: 'dense', units: 6, bias: true, maskable: true },
      { kind: 'dense', units: 6, bias: false, maskable: true, inputs: ['l0'] },
      { kind: 'dot-product-attention', heads: 3, scale: 0.7, inputs: ['l1', 'l0', 'l2'] },
    ],
  ),
  relu6: chain([40], [{ kind: 'activation', activation: 'relu6' }]),
  'hard-sigmoid': chain([40], [{ kind: 'activation', activation: 'hard-sigmoid' }]),
  'hard-swish': chain([40], [{ kind: 'activation', activation: 'hard-swish' }]),
  'gelu-tanh': chain([40], [{ kind: 'activation', activation: 'gelu-tanh' }]),
  'leaky-relu with a slope': chain([40], [{ kind: 'activation', activation: 'leaky-relu', slope: 0.2 }]),
}

const BATCH = 2

/** A case compiled: `at(moves)` gives ⟨c, logits⟩ and its gradients by x and by every parameter. */
export async function compiled(name: string, backend: Backend, precision: 'float32' | 'float64') {
  const graph = LAYER_CASES[name]
  const shape = graph.nodes[0].kind === 'input' ? graph.nodes[0].shape : []
  const layout = layoutOf(graph, false)
  const builder = new Builder()
  const x = builder.feed('x', [BATCH, ...shape])
  const { logits, parameters } = lowerModel(builder, graph, layout, x, { mode: 'train', random: false })
  const named = [['x', x] as const, ...parameters]
  const slopes = gradients(
    builder,
    [logits],
    [builder.feed('c', logits.type.shape)],
    named.map(([, value]) => value),
  )
  const outputs = named.map(([key, value], i) => ({
    name: `d:${key}`,
    value: slopes[i] ?? filled(builder, value.type.shape, 0),
  }))
  const definition = builder.finish('f', [{ name: 'logits', value: logits }, ...outputs])
  const executable = await backend.compile(
    { variables: layoutVariables(layout), functions: [definition] },
    { precision },
  )
  const stream = Stream.root(7).split(name)
  const draw = (size: number, spread: number): Float64Array =>
    Float64Array.from({ length: size }, () => spread * stream.normal())
  const point = new Map<string, Float64Array>([
    ['x', draw(BATCH * sizeOf(shape), 3)],
    ['c', draw(sizeOf(logits.type.shape), 1)],
    ...parametersOf(graph).map((parameter) => [parameter.name, draw(sizeOf(parameter.shape), 1)] as const),
  ])
  const Float = precision === 'float64' ? Float64Array : Float32Array
  const run = (at: ReadonlyMap<string, Float64Array>) => {
    executable.writeAll(packState(layout, { parameters: new Map(at), masks: new Map() }))
    const fed = (key: string) => Float.from(at.get(key) ?? [])
    return executable.run('f', { x: fed('x'), c: fed('c') })
  }
  return { point, run, names: named.map(([key]) => key), dispose: () => executable.dispose() }
}
