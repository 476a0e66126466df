/** Appendix A: parameter counts. */
import type { Preset } from './types.ts'

const model = (label: string, set: Record<string, string | number>) => ({ label, set })

export const appendixA: Preset = {
  kind: 'parameters',
  needs: { data: [], device: 'cpu' },
  expected: 'At density 0.1 a tenth of the maskable entries is left; biases, norms and embeddings stay.',
  reduced: null,
  study: {
    id: 'appendix-a',
    title: 'Appendix A: parameter counts',
    description:
      'Parameters of each model at density 0.1 by ERK, per layer and whole. Trains nothing and reads no ' +
      'data.',
    source: 'Appendix A',
    base: {
      sparsity: { density: 0.1, distribution: 'erk' },
      initialization: { scheme: 'eoi' },
      training: { epochs: 0 },
    },
    axes: [
      {
        name: 'Model',
        points: [
          model('MLP-7', { 'model.name': 'mlp', 'data.name': 'mnist' }),
          model('MLP-1000', {
            'model.name': 'mlp',
            'model.depth': 999,
            'model.width': 128,
            'data.name': 'mnist',
          }),
          model('CNN-1000', {
            'model.name': 'cnn',
            'model.variant': 'pooled',
            'model.depth': 994,
            'data.name': 'cifar-10',
          }),
          model('ResNet-32', { 'model.name': 'resnet', 'model.depth': 32, 'data.name': 'cifar-10' }),
          model('ResNet-56', { 'model.name': 'resnet', 'model.depth': 56, 'data.name': 'cifar-10' }),
          model('ResNet-110', { 'model.name': 'resnet', 'model.depth': 110, 'data.name': 'cifar-10' }),
          model('VGG-16', { 'model.name': 'vgg', 'data.name': 'cifar-10' }),
          model('EfficientNet-B0', { 'model.name': 'efficientnet-b0', 'data.name': 'tiny-imagenet' }),
          model('ResNet-50', {
            'model.name': 'resnet-50',
            'data.name': 'image-folder',
            'data.path': 'imagenet',
            'data.size': 224,
          }),
          model('DeiT-tiny', {
            'model.name': 'deit-tiny',
            'data.name': 'image-folder',
            'data.path': 'imagenet',
            'data.size': 224,
          }),
          model('DeiT-small', {
            'model.name': 'deit-small',
            'data.name': 'image-folder',
            'data.path': 'imagenet',
            'data.size': 224,
          }),
        ],
      },
    ],
    seeds: [1],
  },
}
