/** What kernels the families of models have, so that a condition of a method needs no layer graph. */
import type { KernelKind, When } from './types.ts'

interface ModelKernels {
  /** Kinds among the maskable kernels. */
  readonly maskable: readonly KernelKind[]
  /** Whether it has kernels that are never masked. */
  readonly unmasked: boolean
  /** Whether it has layers of attention. */
  readonly attention: boolean
}

const CONVOLUTIONAL: ModelKernels = { maskable: ['linear', 'convolution'], unmasked: false, attention: false }
const TRANSFORMER: ModelKernels = { maskable: ['linear'], unmasked: true, attention: true }

const MODEL_KERNELS: Readonly<Record<string, ModelKernels>> = {
  mlp: { maskable: ['linear'], unmasked: false, attention: false },
  cnn: CONVOLUTIONAL,
  resnet: CONVOLUTIONAL,
  vgg: CONVOLUTIONAL,
  'efficientnet-b0': { maskable: ['linear', 'convolution', 'depthwise'], unmasked: false, attention: false },
  'resnet-50': CONVOLUTIONAL,
  'deit-tiny': TRANSFORMER,
  'deit-small': TRANSFORMER,
  gpt: TRANSFORMER,
}

/** Of a model that is not listed, such as a user's own, everything is taken to be there. */
const ANYTHING: ModelKernels = {
  maskable: ['linear', 'convolution', 'depthwise'],
  unmasked: true,
  attention: true,
}

/** The kernels of a family of models. */
export const modelKernels = (name: string): ModelKernels =>
  Object.hasOwn(MODEL_KERNELS, name) ? MODEL_KERNELS[name] : ANYTHING

/** Whether a model has the kernels of a condition; true where no model is named. */
export const modelMeets = ({ kernels }: When, name: string | undefined): boolean =>
  kernels === undefined || name === undefined || modelKernels(name).maskable.includes(kernels)
