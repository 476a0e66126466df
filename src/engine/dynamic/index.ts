/**
 * Dynamic sparse training by name. To add a method: a file beside this with its grow rule, a line in the
 * record, its name in dynamicSchema of shared/spec/schema.ts, and a test.
 */
import type { Stream } from '../rng.ts'
import type { MaskUpdate, Weights } from './mask.ts'
import { rigl } from './rigl.ts'
import { set } from './set.ts'
import type { DynamicSettings } from './schedule.ts'

export { applyUpdate } from './mask.ts'
export type { MaskUpdate } from './mask.ts'
export { dropFraction, lastUpdate, updatesAt } from './schedule.ts'

/** What an update of one layer may draw on. */
export interface GrowSources {
  /** ∂L/∂W without the mask; asked for by RigL alone. */
  readonly denseGradient: Weights | null
  /** The layer's stream at this step; used by SET alone. */
  readonly stream: Stream
}

export type DynamicMethod = (
  weights: Weights,
  mask: Uint8Array,
  fraction: number,
  sources: GrowSources,
) => MaskUpdate

export const dynamicMethods = {
  set: (weights, mask, fraction, { stream }) => set(weights, mask, fraction, stream),
  rigl: (weights, mask, fraction, { denseGradient }) => {
    if (!denseGradient) throw new Error('rigl: no dense gradient was given')
    return rigl(weights, mask, fraction, denseGradient)
  },
} satisfies Record<Exclude<DynamicSettings['method'], 'none'>, DynamicMethod>
