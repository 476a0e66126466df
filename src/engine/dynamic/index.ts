/**
 * The computations of dynamic sparse training, by name. To add a method: a descriptor in
 * shared/methods/dynamic, a file beside this with its grow rule, a line in both records, and a test.
 */
import { BenchError } from '../../shared/contract/errors.ts'
import type { BuiltInDynamic } from '../../shared/methods/registry.ts'
import type { OwnName } from '../../shared/spec/own.ts'
import type { ParameterSpec } from '../../shared/graph/types.ts'
import type { SettingValue } from '../../shared/methods/types.ts'
import type { Stream } from '../rng.ts'
import type { MaskUpdate, Weights } from './mask.ts'
import { rigl } from './rigl.ts'
import { set } from './set.ts'

export { applyUpdate } from './mask.ts'
export type { MaskUpdate } from './mask.ts'
export { dropFraction, lastUpdate, updatesAt } from './schedule.ts'

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

const dynamicMethods: Readonly<Record<BuiltInDynamic, DynamicMethod>> = {
  set: (weights, mask, fraction, { stream }) => set(weights, mask, fraction, stream),
  rigl: (weights, mask, fraction, { denseGradient }) => {
    if (!denseGradient) throw new Error('rigl: no dense gradient was given')
    return rigl(weights, mask, fraction, denseGradient)
  },
}

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

/** The method of a name. Throws BenchError('not-found') listing the known names. */
export function dynamicMethod(name: string): DynamicMethod {
  const builtIn: Readonly<Record<string, DynamicMethod>> = dynamicMethods
  const method = Object.hasOwn(builtIn, name) ? builtIn[name] : own.get(name)
  if (method) return method
  throw new BenchError(
    'not-found',
    `Dynamic method ${name}: known are ${[...Object.keys(builtIn), ...own.keys()].join(', ')}.`,
    'dynamic.method',
  )
}
