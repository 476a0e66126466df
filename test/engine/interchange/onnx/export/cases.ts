/** Networks that have every layer of the bench between them, with weights from names and masks. */
import { parametersOf } from '../../../../../src/shared/graph/parameters.ts'
import { inferShapes, inputVocabulary, sizeOf } from '../../../../../src/shared/graph/shapes.ts'
import { withSparseAttention } from '../../../../../src/shared/graph/sparse-attention.ts'
import type { LayerGraph } from '../../../../../src/shared/graph/types.ts'
import { checkModel } from '../../../../../src/shared/models/expand.ts'
import { parseModel } from '../../../../../src/shared/models/parse.ts'
import { modelSchema } from '../../../../../src/shared/spec/schema.ts'
import { buildModel } from '../../../../../src/shared/zoo/index.ts'
import type { ModelState } from '../../../../../src/engine/program/types.ts'
import { parameterValues, uniform } from '../../../compiler/zoo-harness.ts'

const zoo = (model: object, input: number[], classes = 10): LayerGraph =>
  buildModel(modelSchema.parse(model), input, classes)

const own = (input: number[], layers: object[]): LayerGraph =>
  checkModel(
    parseModel({ format: 'givens-bench-model', version: 1, input, classes: 5, layers }).definition,
    'own',
  )

const act = (name: string, activation: string, more: object = {}) => ({
  name,
  kind: 'activation',
  activation,
  ...more,
})
const classifier = { name: 'classifier', kind: 'dense', units: '$classes' }

/** Name → graph. */
export const CASES: Readonly<Record<string, () => LayerGraph>> = {
  mlp: () => zoo({ name: 'mlp', depth: 3, width: 12, activation: 'tanh', dropout: 0.5 }, [6, 5, 3]),
  features: () => zoo({ name: 'mlp', depth: 2, width: 9, activation: 'selu' }, [7], 3),
  cnn: () => zoo({ name: 'cnn', depth: 4, width: 6, activation: 'hard-tanh' }, [16, 16, 3]),
  resnet: () =>
    zoo(
      { name: 'resnet', depth: 20, widthMultiplier: 0.25, activation: 'relu', stochasticDepth: 0.2 },
      [16, 16, 3],
    ),
  'resnet-padded': () =>
    zoo(
      { name: 'resnet', depth: 20, variant: 'padded', widthMultiplier: 0.25, activation: 'leaky-relu' },
      [16, 16, 3],
    ),
  vgg: () => zoo({ name: 'vgg', depth: 11, widthMultiplier: 0.0625, activation: 'relu' }, [32, 32, 3]),
  'vgg-c': () =>
    zoo({ name: 'vgg', depth: 16, variant: 'c', widthMultiplier: 0.0625, activation: 'relu' }, [32, 32, 3]),
  'efficientnet-b0': () =>
    zoo({ name: 'efficientnet-b0', widthMultiplier: 0.125, activation: 'swish' }, [32, 32, 3]),
  'resnet-50': () => zoo({ name: 'resnet-50', widthMultiplier: 0.0625, activation: 'relu' }, [64, 64, 3]),
  'deit-tiny': () =>
    zoo({ name: 'deit-tiny', widthMultiplier: 0.34, depthMultiplier: 0.17, activation: 'gelu' }, [32, 32, 3]),
  gpt: () => zoo({ name: 'gpt', depth: 2, width: 12, heads: 3, activation: 'gelu' }, [9], 7),
  'gpt, free head': () =>
    withSparseAttention(zoo({ name: 'gpt', depth: 1, width: 8, heads: 2, tied: false }, [5], 11)),
  'own: pools, paddings and activations': () =>
    own(
      [11, 9, 4],
      [
        { name: 'c1', kind: 'conv', filters: 8, kernel: [3, 2], padding: [1, 0, 2, 1], groups: 2 },
        act('a1', 'relu6'),
        { name: 'p1', kind: 'max-pool', size: 3, stride: 2, padding: 1 },
        { name: 'c2', kind: 'conv', filters: 8, kernel: 3, stride: 2, padding: 'same' },
        act('a2', 'hard-swish'),
        { name: 'd1', kind: 'depthwise-conv', kernel: 3, padding: 2, dilation: 2 },
        act('a3', 'leaky-relu', { slope: 0.3 }),
        { name: 'p2', kind: 'average-pool', size: 2, stride: 1, padding: 'same' },
        { name: 'p3', kind: 'average-pool', size: 3, stride: 1, padding: 1 },
        {
          name: 'p4',
          kind: 'average-pool',
          size: 3,
          stride: 1,
          padding: 1,
          excludePadding: true,
          inputs: 'p2',
        },
        { name: 'm1', kind: 'multiply', inputs: ['p3', 'p4'] },
        { name: 'k1', kind: 'concat', inputs: ['m1', 'p2', 'p3'] },
        { name: 's1', kind: 'slice', axis: 2, begin: 3, size: 12 },
        { name: 'n1', kind: 'layer-norm', epsilon: 1e-4 },
        { name: 'l1', kind: 'layer-scale' },
        { name: 'e1', kind: 'dense', units: 6 },
        act('a4', 'gelu-tanh'),
        { name: 's2', kind: 'slice', axis: 0, begin: 1, size: 2 },
        { name: 'flat', kind: 'flatten' },
        act('a5', 'hard-sigmoid'),
        classifier,
      ],
    ),
  'own: sequences': () =>
    own(
      [4, 3, 4],
      [
        { name: 'turn', kind: 'permute', axes: [1, 2, 0] },
        { name: 'tokens', kind: 'reshape', shape: [6, 8] },
        { name: 'norm', kind: 'batch-norm' },
        {
          name: 'attend',
          kind: 'dot-product-attention',
          heads: 2,
          scale: 0.7,
          inputs: ['norm', 'tokens', 'norm'],
        },
        { name: 'fused', kind: 'concat', inputs: ['attend', 'norm', 'tokens'] },
        { name: 'again', kind: 'dot-product-attention', heads: 4, scale: 0.35 },
        { name: 'token', kind: 'class-token' },
        { name: 'swap', kind: 'permute', axes: [1, 0] },
        { name: 'mix', kind: 'dense', units: 9, bias: false },
        { name: 'back', kind: 'permute', axes: [1, 0] },
        { name: 'image', kind: 'reshape', shape: [3, 3, 8] },
        { name: 'pool', kind: 'max-pool', size: 2, stride: 1 },
        { name: 'flat', kind: 'flatten' },
        act('gate', 'sigmoid'),
        classifier,
      ],
    ),
}

/** Weights from their names, and masks that keep about 40 % of each maskable kernel. */
export function stateOf(graph: LayerGraph, seed = 3): ModelState {
  const parameters = parametersOf(graph)
  const state: ModelState = { parameters: new Map(), masks: new Map() }
  for (const parameter of parameters) {
    const values = parameterValues(parameter, seed)
    if (parameter.maskable) {
      const mask = Uint8Array.from(uniform(`mask ${parameter.name}`, values.length, seed), (u) =>
        u < -0.1 ? 1 : 0,
      )
      // A mask stands for itself: what lies under it must not matter.
      state.masks.set(parameter.name, mask)
      values.forEach((value, k) => (values[k] = mask[k] === 1 ? value : 0))
    }
    state.parameters.set(parameter.name, values)
  }
  return state
}

/** Examples [n, …input] between −1 and 1, or tokens. */
export function examplesFor(graph: LayerGraph, count: number): Float32Array {
  const input = inferShapes(graph).get('input') ?? []
  const vocabulary = inputVocabulary(graph)
  return Float32Array.from(uniform('examples', count * sizeOf(input), 11), (u) =>
    vocabulary === null ? 2 * u : Math.floor((u + 0.5) * vocabulary),
  )
}
