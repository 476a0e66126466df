import type { OptimizerStep } from './types.ts'

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) in PyTorch's order: w ← w·(1 − ηλ); m ← β₁m + (1 − β₁)g;
 * v ← β₂v + (1 − β₂)g²; w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε), with g masked, so that
 * a masked weight stays 0.
 */
export const adamw: OptimizerStep<'adamw'> = {
  apply(update, variable, value) {
    const { beta1, beta2, epsilon, weightDecay } = update
    const weights = variable(update.variable)
    const first = variable(update.first)
    const second = variable(update.second)
    const mask = update.mask === null ? null : variable(update.mask)
    const gradient = value(update.gradient)
    const rate = value(update.rate)[0]
    const step = rate / value(update.correction1)[0]
    const root = Math.sqrt(value(update.correction2)[0])
    for (let i = 0; i < weights.length; i++) {
      const g = mask === null || mask[i] !== 0 ? gradient[i] : 0
      const m = beta1 * first[i] + (1 - beta1) * g
      const v = beta2 * second[i] + (1 - beta2) * g * g
      first[i] = m
      second[i] = v
      weights[i] = weights[i] * (1 - rate * weightDecay) - (step * m) / (Math.sqrt(v) / root + epsilon)
    }
  },
}
