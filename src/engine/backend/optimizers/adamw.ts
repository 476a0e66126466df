import type { OptimizerForms } from './types.ts'

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) in PyTorch's order: w ← w·(1 − ηλ); m ← β₁m + (1 − β₁)g;
 * v ← β₂v + (1 − β₂)g²; w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
 */
export const adamw: OptimizerForms = {
  arrays({ weights, slots: { first, second }, gradient, scalars, settings: { weightDecay }, constants }) {
    const { beta1, beta2, epsilon } = constants
    const { rate } = scalars
    const step = rate / scalars.correction1
    const root = Math.sqrt(scalars.correction2)
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]
      const m = beta1 * first[i] + (1 - beta1) * g
      const v = beta2 * second[i] + (1 - beta2) * g * g
      first[i] = m
      second[i] = v
      weights[i] = weights[i] * (1 - rate * weightDecay) - (step * m) / (Math.sqrt(v) / root + epsilon)
    }
  },

  /**
   * With the bias corrections c₁, c₂: w − (rate/c₁)·m / (√v/√c₂ + ε) = w − (rate·√c₂/c₁)·m / (√v + ε·√c₂).
   * ResourceApplyAdam subtracts rate'·√(1−β₂ᵗ)/(1−β₁ᵗ)·m / (√v + ε'); it gets both powers as 0, since
   * 1 − (1 − c) would lose digits in float32, and rate' and ε' with the corrections in them.
   */
  tensorflow({ writer, weights, slots, gradient, scalars, settings, constants, readWeights }) {
    const { weightDecay } = settings
    const { rate, correction1, correction2 } = scalars
    const type = { T: { type: writer.floatType } }
    const number = (value: number): string => writer.constant('float', [], [value])
    const root = writer.node('Sqrt', [correction2], type)
    const quotient = writer.node('RealDiv', [root, correction1], type)
    const correctedRate = writer.node('Mul', [rate, quotient], type)
    const epsilon = writer.node('Mul', [root, number(constants.epsilon)], type)
    const decayed =
      weightDecay === 0
        ? null
        : writer.node('Mul', [readWeights(), writer.node('Mul', [rate, number(weightDecay)], type)], type)
    return (after) => {
      const first =
        decayed === null
          ? after
          : [...after, writer.nodeAfter('AssignSubVariableOp', [weights, decayed], after, { dtype: type.T })]
      const moments = [weights, slots.first, slots.second, number(0), number(0), correctedRate]
      const rest = [number(constants.beta1), number(constants.beta2), epsilon, gradient]
      return writer.nodeAfter('ResourceApplyAdam', [...moments, ...rest], first, type)
    }
  },

  sparse: {
    tape({ write, weights, slots: [first, second], gradient, numbers, shares, constants }) {
      const { beta1, beta2, epsilon } = constants
      const complements = { complement1: 1 - beta1, complement2: 1 - beta2 }
      const arrays = { weights, first, second, ...gradient, numbers }
      for (const { from, to, weightDecay: decay } of shares)
        write('ADAMW', { ...arrays, from, to, beta1, beta2, ...complements, epsilon, decay })
    },
  },
}
