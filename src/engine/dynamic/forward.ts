/** Masks of the forward pass over dense weights, made of the present weights. */
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { ForwardMask } from '../program/types.ts'
import { keptOf, largestWeights, updateTo } from './mask.ts'
import type { MaskMethod } from './types.ts'

/** STE: each layer's largest |w| (as in jaxpruner, Lee et al. 2023, arXiv 2304.14082). */
export const ste: MaskMethod = (layers) =>
  layers.map(({ weights, mask, to }) => updateTo(mask, largestWeights(weights, keptOf(mask.length, to))))

/**
 * Top-KAST (Jayakumar et al. 2021, arXiv 2106.03517): forward the largest D of each layer, backward the
 * largest D + M.
 */
export const topKast: MaskMethod = (layers, _, { extraDensity }) =>
  layers.map(({ weights, mask, to }) => ({
    ...updateTo(mask, largestWeights(weights, keptOf(mask.length, to))),
    backward: largestWeights(weights, keptOf(mask.length, Math.min(1, to + extraDensity))),
  }))

type Spec = Pick<RunSpec, 'dynamic' | 'sparsity' | 'training'>

/** Weight decay of all weights is the optimizer's; that of the kept alone is added to the gradient. */
export function steForward({ dynamic, training }: Spec): ForwardMask {
  const all = dynamic.decay === 'all'
  return { backward: false, decays: all, kept: all ? 0 : training.weightDecay, others: 0, norm: 'l2' }
}

/** λ·p(w) of the kept and λ/D·p(w) of the others that are updated, in the place of weight decay. */
export function topKastForward({ dynamic, sparsity }: Spec): ForwardMask {
  const { penalty, penaltyNorm } = dynamic
  return {
    backward: true,
    decays: false,
    kept: penalty,
    others: penalty / sparsity.density,
    norm: penaltyNorm,
  }
}

/** λ·(1 − m)∘w beside the optimizer's weight decay (arXiv 2102.04010, equation 7). */
export const srSteForward = ({ dynamic }: Spec): ForwardMask => ({
  backward: false,
  decays: true,
  kept: 0,
  others: dynamic.outsidePenalty,
  norm: 'l2',
})
