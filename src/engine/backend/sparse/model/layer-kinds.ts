/**
 * The layer kinds that have sparse kernels, and what planning and emitting ask of each; one place, so that a
 * kind is added by a line here, its file behind SparseLayer and its case in layers/index.ts.
 */
import type { LayerKind } from '../../../../shared/graph/types.ts'

interface LayerTraits {
  /** Has weights of its own, so that a gradient reaches it. */
  readonly parameters?: true
  /** Its output may be overwritten by the activation that follows, since its gradient does not need it. */
  readonly overwritable?: true
  /** Does the activation that follows at once, while its numbers are near. */
  readonly activates?: true
  /**
   * May follow `flatten`, whose value keeps the image's order: takes each number alone, or is dense.
   */
  readonly readsFlattened?: true
  /** Sets tiny numbers of what it reads to 0. */
  readonly flushes?: true
}

const linear = { parameters: true, overwritable: true, activates: true } as const

const LAYER_KINDS: Readonly<Partial<Record<LayerKind, LayerTraits>>> = {
  input: {},
  flatten: { readsFlattened: true },
  dense: { ...linear, readsFlattened: true },
  conv: linear,
  'depthwise-conv': linear,
  activation: { readsFlattened: true },
  'batch-norm': { ...linear, flushes: true },
  'max-pool': {},
  'average-pool': { overwritable: true },
  'global-average-pool': {},
  add: { overwritable: true, activates: true, flushes: true },
  concat: { overwritable: true },
  dropout: { readsFlattened: true },
  'stochastic-depth': { readsFlattened: true },
  'pad-shortcut': {},
  'scale-channels': { overwritable: true, flushes: true },
  multiply: { overwritable: true, flushes: true },
  'layer-norm': { parameters: true, overwritable: true, flushes: true },
  'layer-scale': { parameters: true, overwritable: true, flushes: true },
  'class-token': { parameters: true },
  'token-embedding': { parameters: true },
  'position-embedding': { parameters: true, overwritable: true, flushes: true },
  'select-token': { overwritable: true },
  'dot-product-attention': {},
  reshape: {},
  slice: {},
  permute: {},
}

/** Kinds that are several layers to the kernels (expand.ts). */
const EXPANDED: readonly LayerKind[] = ['attention']

/** Whether the kernels know a kind. */
export const hasKernel = (kind: LayerKind): boolean =>
  LAYER_KINDS[kind] !== undefined || EXPANDED.includes(kind)

/** Whether a kind has a trait; false for kinds without kernels. */
export const layerHas = (kind: LayerKind, trait: keyof LayerTraits): boolean =>
  LAYER_KINDS[kind]?.[trait] === true
