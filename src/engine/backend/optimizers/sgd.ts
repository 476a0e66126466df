import type { OptimizerForms } from './types.ts'

/**
 * Below this a float32 is denormal; velocities that fade away become 0, since they would slow every later
 * step.
 */
const SMALLEST_NORMAL = 1.1754943508222875e-38

/**
 * PyTorch's SGD: g ← gradient + λw; v ← μv + g; w ← w − η·(g + μv if Nesterov, else v). The first velocity is
 * the gradient itself, which v = 0 gives (dampening 0). A masked weight, being 0 and without gradient, has
 * g = v = 0 and stays exactly 0.
 */
export const sgd: OptimizerForms = {
  arrays({ weights, slots: { velocity }, gradient, scalars: { rate }, settings }) {
    const { momentum, nesterov, weightDecay } = settings
    for (let i = 0; i < weights.length; i++) {
      let step = gradient[i] + weightDecay * weights[i]
      if (momentum !== 0) {
        const next = momentum * velocity[i] + step
        velocity[i] = Math.abs(next) < SMALLEST_NORMAL ? 0 : next
        step = nesterov ? step + momentum * next : next
      }
      weights[i] -= rate * step
    }
  },

  /**
   * ResourceApplyMomentum computes v ← μ·v + g and then w ← w − rate·v or, with Nesterov, w ← w − (rate·g +
   * rate·μ·v): PyTorch's update with dampening 0.
   */
  tensorflow({ writer, weights, slots: { velocity }, gradient, scalars: { rate }, settings, readWeights }) {
    const { momentum, nesterov, weightDecay } = settings
    const type = { T: { type: writer.floatType } }
    const number = (value: number): string => writer.constant('float', [], [value])
    let step = gradient
    if (weightDecay !== 0) {
      // Else it would be made at the start of the step, and held to the end.
      const decay = writer.nodeAfter('Mul', [readWeights(), number(weightDecay)], [gradient], type)
      step = writer.node('AddV2', [gradient, decay], type)
    }
    if (momentum === 0)
      return (after) => writer.nodeAfter('ResourceApplyGradientDescent', [weights, rate, step], after, type)
    const inputs = [weights, velocity, rate, step, number(momentum)]
    return (after) =>
      writer.nodeAfter('ResourceApplyMomentum', inputs, after, { ...type, use_nesterov: { b: nesterov } })
  },

  sparse: {
    tape({ write, weights, slots, gradient, numbers: rate, shares, settings: { momentum, nesterov } }) {
      const velocity = momentum === 0 ? 0 : slots[0]
      const step = { rate, momentum, nesterov: nesterov ? 1 : 0 }
      for (const { from, to, weightDecay: decay } of shares)
        write('SGD', { weights, velocity, ...gradient, from, to, ...step, decay })
    },
  },
}
