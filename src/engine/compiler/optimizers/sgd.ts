import type { OptimizerStep } from './types.ts'

/**
 * Below this a float32 is denormal; velocities that fade away become 0, since they would slow every later
 * step.
 */
const SMALLEST_NORMAL = 1.1754943508222875e-38

/**
 * PyTorch's SGD: g ← gradient∘mask + λw; v ← μv + g; w ← w − η·(g + μv if Nesterov, else v). The mask comes
 * first, so that a masked weight, being 0, has g = v = 0 and stays exactly 0. Each stored number is rounded
 * once.
 */
export const sgd: OptimizerStep<'sgd'> = {
  apply(
    {
      variable: name,
      velocity,
      mask: maskName,
      gradient: source,
      rate: rateValue,
      momentum,
      nesterov,
      weightDecay,
    },
    variable,
    value,
  ) {
    const weights = variable(name)
    const velocities = velocity === null ? null : variable(velocity)
    const mask = maskName === null ? null : variable(maskName)
    const gradient = value(source)
    const rate = value(rateValue)[0]
    for (let i = 0; i < weights.length; i++) {
      const kept = mask === null || mask[i] !== 0
      let step = (kept ? gradient[i] : 0) + weightDecay * weights[i]
      if (velocities !== null) {
        const next = momentum * velocities[i] + step
        velocities[i] = Math.abs(next) < SMALLEST_NORMAL ? 0 : next
        step = nesterov ? step + momentum * next : next
      }
      weights[i] -= rate * step
    }
  },
}
