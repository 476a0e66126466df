/** The name of a scheme as papers write it: distribution and weight scheme, e.g. `ERK-EOI`. */
import { distributionOf, dynamicOf, schemeOf } from '../methods/registry.ts'
import { DEFAULT_SCHEME } from '../methods/schemes/index.ts'
import { schemeHas } from '../methods/traits.ts'
import type { RunSpec } from './schema.ts'

/**
 * `ERK-EOI`, `SNIP-AI`, `SAO`, `Dense`, `File`; `ERK-EOI + RigL` with dynamic sparse training, `GraSP-Base
 * (published)` in that variant.
 */
export function schemeName(spec: RunSpec): string {
  const { sparsity, initialization, dynamic } = spec
  const weights = schemeOf(initialization.scheme).title
  const distribution = distributionOf(sparsity.distribution)
  const plain = distribution.traits.keepsAll && initialization.scheme === DEFAULT_SCHEME
  const base = schemeHas(initialization, 'ownsMask')
    ? weights
    : plain
      ? distribution.title
      : `${distribution.title}-${weights}`
  const method = dynamicOf(dynamic.method)
  const published = sparsity.variant === 'published' ? ' (published)' : ''
  return `${base}${method ? ` + ${method.title}` : ''}${published}`
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
}
