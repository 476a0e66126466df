/** The name of a scheme as papers write it: distribution and weight scheme, e.g. `ERK-EOI`. */
import { fewerSteps } from './ai-steps.ts'
import type { RunSpec } from './schema.ts'

const DISTRIBUTION_NAMES: Readonly<Record<RunSpec['sparsity']['distribution'], string>> = {
  dense: 'Dense',
  uniform: 'Uniform',
  'uniform-skip': 'Uniform-skip',
  er: 'ER',
  erk: 'ERK',
  snip: 'SNIP',
  grasp: 'GraSP',
  synflow: 'SynFlow',
  magnitude: 'Magnitude',
}
const SCHEME_NAMES: Readonly<Record<RunSpec['initialization']['scheme'], string>> = {
  base: 'Base',
  'fan-in': 'Fan-in',
  ai: 'AI',
  eoi: 'EOI',
  sao: 'SAO',
  file: 'File',
}

/**
 * `ERK-EOI`, `SNIP-AI`, `SAO`, `Dense`, `File`; `ERK-EOI + RigL` with dynamic sparse training, `GraSP-Base
 * (published)` in that variant; `ERK-AI (200 steps)` where AI takes fewer steps than in the paper.
 */
export function schemeName(spec: RunSpec): string {
  const { sparsity, initialization, dynamic } = spec
  const weights = SCHEME_NAMES[initialization.scheme]
  const ownMasks =
    initialization.scheme === 'sao' ||
    (initialization.scheme === 'file' && initialization.file.masks === 'file')
  const base = ownMasks
    ? weights
    : sparsity.distribution === 'dense'
      ? initialization.scheme === 'base'
        ? 'Dense'
        : `Dense-${weights}`
      : `${DISTRIBUTION_NAMES[sparsity.distribution]}-${weights}`
  const moving = dynamic.method === 'none' ? '' : dynamic.method === 'rigl' ? ' + RigL' : ' + SET'
  return `${base}${fewerSteps(spec)}${moving}${bracketed(spec)}`
}

/** What stands in brackets: the variant, and a fan-in scale other than the default's. */
function bracketed({ sparsity, initialization }: RunSpec): string {
  if (sparsity.variant === 'published') return ' (published)'
  if (sparsity.variant === 'published-earlier') return ' (published, earlier reading)'
  if (initialization.scheme !== 'fan-in' || initialization.fanInScale === 'lecun') return ''
  return initialization.fanInScale === 'he' ? ' (He)' : ' (published)'
}

/** `CIFAR-10` for `cifar-10`: how papers write a data set. */
export function dataName(name: RunSpec['data']['name']): string {
  return DATA[name]
}

const DATA: Readonly<Record<RunSpec['data']['name'], string>> = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  'cifar-10': 'CIFAR-10',
  'cifar-100': 'CIFAR-100',
  'tiny-imagenet': 'Tiny ImageNet',
  'image-folder': 'image folder',
  file: 'own data',
}
