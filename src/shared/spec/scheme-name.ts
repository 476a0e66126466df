/** The name of a scheme as papers write it: distribution and weight scheme, e.g. `ERK-EOI`. */
import { STATIC } from '../methods/dynamic/index.ts'
import { methodTitle } from '../methods/registry.ts'
import { DEFAULT_SCHEME } from '../methods/schemes/index.ts'
import { bringsMasks, keepsAll, prunes, usesDistribution } from '../methods/traits.ts'
import { schemeQualifier } from './qualifiers.ts'
import type { RunSpec } from './schema.ts'

const VARIANT_NAMES: Readonly<Record<RunSpec['sparsity']['variant'], string>> = {
  literature: '',
  published: ' (published)',
  'published-earlier': ' (published, earlier reading)',
}

/**
 * `ERK-EOI`, `SNIP-AI`, `SAO`, `Dense`, `File`; `ERK-EOI + RigL` with dynamic sparse training, `GraSP-Base
 * (published)` in that variant; `GMP`, `ERK + GMP`, `EOI + GMP` for runs that are pruned in training;
 * `ERK-AI (200 steps)` where AI takes fewer steps than in the paper.
 */
export function schemeName(spec: RunSpec): string {
  const { sparsity, initialization, dynamic } = spec
  const weights = methodTitle('scheme', initialization.scheme)
  const distribution = methodTitle('distribution', sparsity.distribution)
  const plain = keepsAll(spec) && initialization.scheme === DEFAULT_SCHEME
  const qualifier = schemeQualifier(spec)
  const base = bringsMasks(spec)
    ? weights
    : plain
      ? distribution
      : prunes(spec)
        ? prunedFrom(spec, qualifier !== null)
        : `${distribution}-${weights}`
  return (
    base +
    (qualifier ? ` (${qualifier.text})` : '') +
    (dynamic.method === STATIC || base === '' ? '' : ' + ') +
    (dynamic.method === STATIC ? '' : methodTitle('dynamic', dynamic.method)) +
    VARIANT_NAMES[sparsity.variant]
  )
}

/**
 * Of a run that begins dense: its distribution where that says how much of a layer stays, and its values; the
 * default's only where something is told of them.
 */
function prunedFrom(spec: RunSpec, isTold: boolean): string {
  const { sparsity, initialization } = spec
  return [
    usesDistribution(spec) ? methodTitle('distribution', sparsity.distribution) : '',
    initialization.scheme === DEFAULT_SCHEME && !isTold ? '' : methodTitle('scheme', initialization.scheme),
  ]
    .filter((part) => part !== '')
    .join('-')
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
  text: 'text',
}
