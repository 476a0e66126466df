/**
 * What changes masks in training, by name. To add a method: a descriptor in shared/methods/dynamic, a file
 * beside this that gives the new masks of an update, a line in both records, and a test.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { BuiltInDynamic } from '../../shared/methods/registry.ts'
import type { OwnName } from '../../shared/spec/own.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { SettingValue } from '../../shared/methods/types.ts'
import type { ForwardMask } from '../program/types.ts'
import type { Stream } from '../rng.ts'
import type { MaskUpdate, Weights } from './mask.ts'
import { srSteForward, ste, steForward, topKast, topKastForward } from './forward.ts'
import { granet } from './granet.ts'
import { imp } from './imp.ts'
import { nm } from './nm.ts'
import { gmp, oneShot } from './prune.ts'
import { rigl } from './rigl.ts'
import { set } from './set.ts'
import { snfs } from './snfs.ts'
import type { DynamicLayer, DynamicMoment, MaskMethod } from './types.ts'

export { applyUpdate } from './mask.ts'
export type { MaskUpdate } from './mask.ts'
export type { DynamicLayer, DynamicMoment, MaskMethod, PrunedLayer, PruningMoment } from './types.ts'

/** What an update of one layer may draw on. */
export interface GrowSources {
  /** ∂L/∂W without the mask; null without the trait `denseGradients`. */
  readonly denseGradient: Weights | null
  /** The layer's stream at this step. */
  readonly stream: Stream
  /** Settings of a method of the user's own. */
  readonly settings?: Readonly<Record<string, SettingValue>>
  /** The kernel that is updated. */
  readonly parameter?: ParameterSpec
}

/** One update of one layer's mask; a method of the user's own may take its time. */
export type DynamicMethod = (
  weights: Weights,
  mask: Uint8Array,
  fraction: number,
  sources: GrowSources,
) => MaskUpdate | Promise<MaskUpdate>

const maskMethods: Readonly<Record<BuiltInDynamic, MaskMethod>> = {
  set: (layers, { fraction }, { dropRounding, growth }, stream) =>
    set(layers, fraction, stream, dropRounding, growth),
  rigl: (layers, { fraction }, { dropRounding }) => rigl(layers, fraction, dropRounding),
  gmp,
  granet,
  snfs,
  'one-shot': oneShot,
  imp,
  ste,
  'top-kast': topKast,
  nm,
  'sr-ste': nm,
}

/** The built-in method of a name; null for methods of the user's own. */
export const maskMethod = (name: string): MaskMethod | null =>
  Object.hasOwn(maskMethods, name) ? maskMethods[name as BuiltInDynamic] : null

type Forward = (spec: Pick<RunSpec, 'dynamic' | 'sparsity' | 'training'>) => ForwardMask

const forwardMasks: Readonly<Partial<Record<BuiltInDynamic, Forward>>> = {
  ste: steForward,
  'top-kast': topKastForward,
  'sr-ste': srSteForward,
}

/** How weights are trained under a mask of the forward pass; undefined where masked weights are 0. */
export const forwardMaskOf = (spec: Parameters<Forward>[0]): ForwardMask | undefined =>
  forwardMasks[spec.dynamic.method as BuiltInDynamic]?.(spec)

const own = new Map<string, DynamicMethod>()

/**
 * Makes the computation of a user's own method known in this process; its descriptor is registered with
 * registerMethod of shared/methods/registry.ts. Returns what takes it away again.
 */
export function registerDynamic(name: OwnName, method: DynamicMethod): () => void {
  own.set(name, method)
  return () => {
    if (own.get(name) === method) own.delete(name)
  }
}

/** One update of all layers' masks together. */
export type ModelDynamic = (
  layers: readonly DynamicLayer[],
  now: DynamicMoment,
  settings: Readonly<Record<string, SettingValue>>,
  stream: Stream,
) => Promise<readonly MaskUpdate[]>

const together = new Map<string, ModelDynamic>()

/** As registerDynamic, for a method that looks at all layers together. */
export function registerModelDynamic(name: OwnName, method: ModelDynamic): () => void {
  together.set(name, method)
  return () => {
    if (together.get(name) === method) together.delete(name)
  }
}

/** The method of a name where it looks at all layers together; null for the others. */
export const modelDynamic = (name: string): ModelDynamic | null => together.get(name) ?? null

/** The user's own method of a name. Throws BenchError('not-found') listing the known names. */
export function dynamicMethod(name: string): DynamicMethod {
  const method = own.get(name)
  if (method) return method
  throw new BenchError(
    'not-found',
    `Dynamic method ${name}: known are ${[...Object.keys(maskMethods), ...own.keys()].join(', ')}.`,
    'dynamic.method',
  )
}
