/** Exports of torchvision's and timm's networks against onnxruntime, on the reference backend in float64. */
import { describe, expect, test } from 'vitest'
import { referenceBackend } from '../../../../src/engine/backend/reference/index.ts'
import { countParameters, parametersOf } from '../../../../src/shared/graph/parameters.ts'
import { sizeOf } from '../../../../src/shared/graph/shapes.ts'
import type { LayerKind } from '../../../../src/shared/graph/types.ts'
import { validateGraph } from '../../../../src/shared/graph/validate.ts'
import { apartFrom, inputOf, inputsOf, logitsOf, modelOf, networks } from './networks.ts'

describe.each(networks)('$file', (network) => {
  const model = modelOf(network.file)
  const parameters = parametersOf(model.graph)

  test('has onnxruntime’s logits', async () => {
    const got = await logitsOf(referenceBackend, 'float64', model, inputsOf(network))
    expect(apartFrom(network, got)).toBeLessThan(1e-5)
  })

  test('has a value for every parameter, and PyTorch’s number of them', () => {
    validateGraph(model.graph)
    expect([...model.parameters.keys()].sort()).toEqual(parameters.map(({ name }) => name).sort())
    for (const { name, shape } of parameters) expect(model.parameters.get(name)?.length).toBe(sizeOf(shape))
    if (network.batchNorms) expect(countParameters(parameters).parameters).toBe(network.parameters)
  })

  test('masks every weight kernel', () => {
    const { kernels, maskable } = countParameters(parameters)
    expect(kernels).toBe(network.kernels)
    expect(maskable).toBe(network.kernels)
  })

  test('takes images with their channels last', () => {
    const [channels, height, width] = network.input
    expect(inputOf(model.graph)).toEqual(
      network.input.length === 3 ? [height, width, channels] : network.input,
    )
  })
})

function kindsOf(file: string): Partial<Record<LayerKind, number>> {
  const counts: Partial<Record<LayerKind, number>> = {}
  for (const { kind } of modelOf(file).graph.nodes) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

describe('what networks become', () => {
  test('a vision transformer: one fused attention a block, class token, positions', () => {
    for (const file of ['vit-torchscript-14.onnx', 'vit-dynamo-20.onnx', 'timm-vit-dynamo-18.onnx']) {
      expect(kindsOf(file), file).toEqual({
        input: 1,
        conv: 1,
        reshape: 1,
        'class-token': 1,
        'position-embedding': 1,
        'layer-norm': 5,
        dense: 9,
        'dot-product-attention': 2,
        activation: 2,
        add: 4,
        'select-token': 1,
      })
    }
  })

  test('ConvNeXt: layer norms and dense layers over images, layer scales, no permutation', () => {
    expect(kindsOf('convnext-torchscript-15.onnx')).toEqual({
      input: 1,
      conv: 4,
      'depthwise-conv': 5,
      'layer-norm': 10,
      dense: 11,
      activation: 5,
      'layer-scale': 5,
      add: 5,
      'global-average-pool': 1,
    })
  })

  test('squeeze-excitation: dense layers on means, and a product with the channels', () => {
    const kinds = kindsOf('mobilenet-v3-torchscript-13.onnx')
    expect(kinds['scale-channels']).toBe(4)
    expect(kinds.dense).toBe(2 * 4 + 2)
    const activations = modelOf('mobilenet-v3-torchscript-13.onnx').graph.nodes.flatMap((node) =>
      node.kind === 'activation' ? [node.activation] : [],
    )
    expect(new Set(activations)).toEqual(new Set(['relu', 'hard-swish', 'hard-sigmoid']))
  })

  test('layers are called as PyTorch calls them', () => {
    const names = (file: string): string[] =>
      parametersOf(modelOf(file).graph)
        .filter(({ role }) => role === 'kernel')
        .map(({ layer }) => layer)
    expect(names('resnet18-torchscript-14.onnx').slice(0, 4)).toEqual([
      'conv1',
      'layer1.0.conv1',
      'layer1.0.conv2',
      'layer1.1.conv1',
    ])
    for (const file of ['timm-vit-torchscript-17.onnx', 'timm-vit-dynamo-18.onnx']) {
      expect(names(file).slice(0, 5), file).toEqual([
        'patch_embed.proj',
        'blocks.0.attn.qkv',
        'blocks.0.attn.proj',
        'blocks.0.mlp.fc1',
        'blocks.0.mlp.fc2',
      ])
    }
  })

  test('folded convolutions are called after their modules too', () => {
    const { graph } = modelOf('mobilenet-v2-torchscript-16-folded.onnx')
    expect(graph.nodes.slice(1, 4).map(({ name }) => name)).toEqual([
      'features.0.0',
      'features.0.0.relu6',
      'features.1.conv.0.0',
    ])
    expect(graph.name).toMatch(/^exported by pytorch 2\./)
  })

  test('folded batch norms are told, with how to keep them', () => {
    expect(modelOf('mobilenet-v2-torchscript-16-folded.onnx').notes.join()).toMatch(/folded.*PRESERVE/)
    expect(modelOf('mobilenet-v2-dynamo-18.onnx').notes).toEqual([])
    expect(modelOf('convnext-dynamo-18.onnx').notes).toEqual([])
  })
})
