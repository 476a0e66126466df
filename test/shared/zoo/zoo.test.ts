import { describe, expect, it } from 'vitest'
import { costOf, totalCost } from '../../../src/shared/graph/cost.ts'
import { countByLayer, countParameters, parametersOf } from '../../../src/shared/graph/parameters.ts'
import { inferShapes, sizeOf } from '../../../src/shared/graph/shapes.ts'
import type { LayerGraph, Shape } from '../../../src/shared/graph/types.ts'
import { parseSpec } from '../../../src/shared/spec/parse.ts'
import type { RunSpecInput } from '../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../src/shared/zoo/index.ts'
import { oracle } from '../../oracle.ts'

const SMALL: Shape = [32, 32, 3]
const LARGE: Shape = [224, 224, 3]

const build = (model: RunSpecInput['model'], input: Shape, classes: number): LayerGraph =>
  buildModel(parseSpec({ model }).model, input, classes)
const parameters = (graph: LayerGraph) => countParameters(parametersOf(graph)).parameters

/** [model, input, classes, parameters, where the number is published or how it follows from one that is]. */
const PUBLISHED: readonly [RunSpecInput['model'], Shape, number, number, string][] = [
  [
    { name: 'resnet', depth: 20, variant: 'padded' },
    SMALL,
    10,
    269_722,
    'He et al. 2016, table 6: 0.27M (option A)',
  ],
  [{ name: 'resnet', depth: 32, variant: 'padded' }, SMALL, 10, 464_154, 'He et al. 2016, table 6: 0.46M'],
  [{ name: 'resnet', depth: 44, variant: 'padded' }, SMALL, 10, 658_586, 'He et al. 2016, table 6: 0.66M'],
  [{ name: 'resnet', depth: 56, variant: 'padded' }, SMALL, 10, 853_018, 'He et al. 2016, table 6: 0.85M'],
  [{ name: 'resnet', depth: 110, variant: 'padded' }, SMALL, 10, 1_727_962, 'He et al. 2016, table 6: 1.7M'],
  [
    { name: 'resnet', depth: 20 },
    SMALL,
    10,
    269_722 + (16 * 32 + 64) + (32 * 64 + 128),
    'option A + two projections with norm',
  ],
  [{ name: 'resnet-50' }, LARGE, 1000, 25_557_032, 'torchvision.models.resnet50: 25557032'],
  [{ name: 'efficientnet-b0' }, LARGE, 1000, 5_288_548, 'torchvision.models.efficientnet_b0: 5288548'],
  [{ name: 'efficientnet-b0' }, [64, 64, 3], 1000, 5_288_548, 'as above; images change no kernel'],
  // DeiT (tiny 5717416, small 22050664 in timm) + 24 LayerScales − the position of the class token.
  [
    { name: 'deit-tiny' },
    LARGE,
    1000,
    5_717_416 + 24 * 192 - 192,
    'timm deit_tiny_patch16_224, with DeiT III’s changes',
  ],
  [{ name: 'deit-small' }, LARGE, 1000, 22_050_664 + 24 * 384 - 384, 'timm deit3_small_patch16_224: 22.06M'],
  [
    { name: 'mlp' },
    [28, 28, 1],
    10,
    784 * 100 + 100 + 5 * (100 * 100 + 100) + 1010,
    'six hidden layers of 100',
  ],
]

/**
 * VGG: the convolutions of torchvision.models (all parameters less the ImageNet classifier) + batch norms +
 * this classifier.
 */
const IMAGENET_CLASSIFIER = 25088 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000
const classifier = (features: number) => features * 512 + 512 + 1024 + 512 * 512 + 512 + 1024 + 512 * 10 + 10
const NORMS = { 11: 2 * 2752, 13: 2 * 2944, 16: 2 * 4224, 19: 2 * 5504 }
const VGG: readonly [RunSpecInput['model'], number][] = [
  [{ name: 'vgg', depth: 11 }, 132_863_336 - IMAGENET_CLASSIFIER + NORMS[11] + classifier(512)],
  [{ name: 'vgg', depth: 13 }, 133_047_848 - IMAGENET_CLASSIFIER + NORMS[13] + classifier(512)],
  [{ name: 'vgg', depth: 16, variant: 'd' }, 138_357_544 - IMAGENET_CLASSIFIER + NORMS[16] + classifier(512)],
  [{ name: 'vgg', depth: 19 }, 143_667_240 - IMAGENET_CLASSIFIER + NORMS[19] + classifier(512)],
]

describe('parameter counts', () => {
  it.each(PUBLISHED)('%j on %j has the published number (%#)', (model, input, classes, expected) => {
    expect(parameters(build(model, input, classes))).toBe(expected)
  })

  it.each(VGG)('%j has the published convolutions', (model, expected) => {
    expect(parameters(build(model, SMALL, 10))).toBe(expected)
  })

  it('adds up over layers', () => {
    const all = parametersOf(build({ name: 'efficientnet-b0' }, SMALL, 10))
    const layers = [...countByLayer(all).values()]
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(countParameters(all).parameters)
    expect(layers.reduce((sum, layer) => sum + layer.maskable, 0)).toBe(countParameters(all).maskable)
  })
})

interface Densities {
  readonly networks: readonly {
    readonly network: string
    readonly layers: readonly { readonly shape: number[] }[]
  }[]
}

describe('maskable kernels', () => {
  const expected = new Map(
    oracle<Densities>('densities').networks.map((network) => [network.network, network]),
  )
  const models: readonly [string, RunSpecInput['model'], Shape, number][] = [
    ['cifar_resnet_32', { name: 'resnet', depth: 32 }, SMALL, 10],
    ['imagenet_resnet50', { name: 'resnet-50' }, LARGE, 1000],
    ['vgg16_C', { name: 'vgg', depth: 16 }, SMALL, 10],
  ]
  it.each(models)('of %s have the oracle’s shapes, in its order', (name, model, input, classes) => {
    const network = expected.get(name)
    expect(network, `${name} in densities.json`).toBeDefined()
    const kernels = parametersOf(build(model, input, classes)).filter((parameter) => parameter.maskable)
    expect(kernels.map((kernel) => [...kernel.shape])).toEqual(network?.layers.map((layer) => layer.shape))
  })

  it('of DeiT are those of the MLP blocks only', () => {
    const names = parametersOf(build({ name: 'deit-tiny' }, SMALL, 10))
      .filter((each) => each.maskable)
      .map((each) => each.name)
    expect(names).toHaveLength(24)
    expect(names.every((name) => /^block\d+\.(hidden|output)\.kernel$/.test(name))).toBe(true)
  })
})

describe('families', () => {
  it('sees maps of 10, 7 and 5 and 2048 features in VGG-C as published, 512 unpadded', () => {
    const shapes = inferShapes(build({ name: 'vgg', depth: 16 }, SMALL, 10))
    expect(
      ['block3.conv3', 'block4.conv3', 'block5.conv3', 'flatten'].map((name) => shapes.get(name)),
    ).toEqual([[10, 10, 256], [7, 7, 512], [5, 5, 512], [2048]])
    expect(
      inferShapes(build({ name: 'vgg', depth: 16, variant: 'c-unpadded' }, SMALL, 10)).get('flatten'),
    ).toEqual([512])
  })

  it('halves the CNN’s maps twice in the stem, in the middle and at the end, at 1000 layers too', () => {
    for (const depth of [1, 2, 7, 32, 1000]) {
      const graph = build({ name: 'cnn', depth, width: 4 }, SMALL, 10)
      const convs = graph.nodes.filter((node) => node.kind === 'conv')
      expect(convs).toHaveLength(depth + 3)
      expect(convs.filter((node) => node.stride === 2)).toHaveLength(depth === 1 ? 3 : 4)
      expect(convs[convs.length - 1].stride).toBe(2)
      expect(
        inferShapes(graph)
          .get(convs[convs.length - 1].name)
          ?.slice(0, 2),
      ).toEqual(depth === 1 ? [4, 4] : [2, 2])
    }
  })

  it('scales widths and depths, for dense models of the same size', () => {
    const wide = build({ name: 'resnet', depth: 20, widthMultiplier: 0.5 }, SMALL, 10)
    const stem = parametersOf(wide)[0]
    expect(stem.shape).toEqual([3, 3, 3, 8])
    expect(build({ name: 'resnet', depth: 20, depthMultiplier: 3 }, SMALL, 10).name).toBe('resnet-56')
    expect(
      build(
        { name: 'mlp', depth: 10, depthMultiplier: 0.5, width: 64, widthMultiplier: 0.25 },
        [28, 28, 1],
        10,
      )
        .nodes.filter((node) => node.kind === 'dense')
        .map((node) => node.units),
    ).toEqual([16, 16, 16, 16, 16, 10])
    for (const name of ['efficientnet-b0', 'resnet-50', 'deit-small', 'vgg', 'cnn'] as const) {
      const small = parameters(build({ name, widthMultiplier: 0.5 }, SMALL, 10))
      expect(small, name).toBeLessThan(0.4 * parameters(build({ name }, SMALL, 10)))
    }
  })

  it('uses the chosen activation everywhere but in gates', () => {
    for (const name of [
      'mlp',
      'cnn',
      'resnet',
      'vgg',
      'efficientnet-b0',
      'resnet-50',
      'deit-tiny',
    ] as const) {
      const nodes = build({ name, activation: 'selu' }, SMALL, 10).nodes
      const used = new Set(
        nodes
          .filter((node) => node.kind === 'activation' && !node.name.endsWith('.gate'))
          .map((node) => (node.kind === 'activation' ? node.activation : '')),
      )
      expect([...used], name).toEqual(['selu'])
      expect(
        build({ name, activation: 'linear' }, SMALL, 10).nodes.some(
          (node) => node.kind === 'activation' && !node.name.endsWith('.gate'),
        ),
        name,
      ).toBe(false)
    }
  })

  it('puts dropout before the classifier and stochastic depth, rising, on residual branches', () => {
    const nodes = build({ name: 'resnet', depth: 20, dropout: 0.2, stochasticDepth: 0.5 }, SMALL, 10).nodes
    const rates = nodes.flatMap((node) => (node.kind === 'stochastic-depth' ? [node.rate] : []))
    expect(rates).toHaveLength(9)
    expect(rates).toEqual([...rates].sort((a, b) => a - b))
    expect(rates[8]).toBeCloseTo(0.5)
    expect(nodes[nodes.length - 2]).toMatchObject({ kind: 'dropout', rate: 0.2 })
  })

  it('says what a family allows', () => {
    expect(() => build({ name: 'resnet', depth: 21 }, SMALL, 10)).toThrow(
      /depth 21; allowed: 20, 32, 44, 56, 110/,
    )
    expect(() => build({ name: 'vgg', depth: 12 }, SMALL, 10)).toThrow(/allowed: 11, 13, 16, 19/)
    expect(() => build({ name: 'vgg', depth: 19, variant: 'c' }, SMALL, 10)).toThrow(
      /variant c; allowed: default/,
    )
    expect(() => build({ name: 'resnet', variant: 'c' }, SMALL, 10)).toThrow(/projection, padded/)
    expect(() => build({ name: 'deit-tiny' }, [28, 28, 1], 10)).toThrow(/patches of 16; 28 × 28 × 1/)
    expect(() => build({ name: 'cnn' }, [784], 10)).toThrow(/takes images/)
    expect(() => build({ name: 'mlp' }, [784], 1)).toThrow(/at least 2 classes/)
  })
})

describe('cost', () => {
  it('counts two operations a multiply-add, at every place of the output', () => {
    const graph = build({ name: 'resnet-50' }, LARGE, 1000)
    // torchvision: resnet50 has 4.09 · 10⁹ multiply-adds.
    expect(totalCost(costOf(graph)).dense / 2e9).toBeCloseTo(4.09, 2)
  })

  it('falls with the densities of the kernels', () => {
    const graph = build({ name: 'mlp' }, [28, 28, 1], 10)
    const kernels = parametersOf(graph).filter((parameter) => parameter.maskable)
    const { dense, sparse } = totalCost(costOf(graph, new Map(kernels.map((kernel) => [kernel.name, 0.25]))))
    expect(dense).toBe(2 * kernels.reduce((sum, kernel) => sum + sizeOf(kernel.shape), 0))
    expect(sparse).toBe(dense / 4)
  })
})
