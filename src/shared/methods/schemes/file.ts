import { defineScheme } from '../define.ts'

const ownMasks = { settings: { 'file.masks': ['file'] } } as const

export const file = defineScheme({
  name: 'file',
  title: 'File',
  help: 'Weights that were made elsewhere, with their masks or under a density distribution’s.',
  settings: {
    file: {
      group: {
        path: {
          type: 'text',
          default: '',
          title: 'Weights file',
          help: 'Scheme file: .npz or .safetensors with every parameter of the model.',
        },
        sha256: {
          type: 'text',
          default: '',
          title: 'Content hash',
          help:
            'SHA-256 of the file; filled in when a run is made, and part of its identity in place of ' +
            'the path.',
        },
        naming: {
          type: 'choice',
          choices: ['auto', 'bench', 'pytorch'],
          default: 'auto',
          title: 'Names and layouts',
          help:
            'Of the file: the bench’s own (layer.kernel, [in, out]), PyTorch’s (layer.weight, [out, in]), ' +
            'or told by its names.',
        },
        masks: {
          type: 'choice',
          choices: ['file', 'distribution'],
          default: 'file',
          title: 'Masks',
          help:
            'file: the file’s masks, or what is not 0 where it has none; distribution: the density ' +
            'distribution chooses among the file’s weights.',
        },
      },
    },
  },
  traits: { ownsMask: ownMasks, readsValues: true },
  check: ({ file: { path } }) =>
    path === ''
      ? {
          where: 'file.path',
          severity: 'error',
          message: 'Scheme file needs initialization.file.path: a .npz or .safetensors file of weights.',
        }
      : null,
})
