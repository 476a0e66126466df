/** Which parameters weight decay holds for. */
import type { ParameterRole } from '../../graph/types.ts'

export const WEIGHT_DECAY_ON = ['all', 'kernels'] as const
export type WeightDecayOn = (typeof WEIGHT_DECAY_ON)[number]

/**
 * The decay of a parameter. `kernels` leaves biases, scales and shifts of norms, layer scales, class token
 * and position embedding without, as is common for transformers.
 */
export const weightDecayOf = (role: ParameterRole, weightDecay: number, on: WeightDecayOn = 'all'): number =>
  on === 'all' || role === 'kernel' ? weightDecay : 0
