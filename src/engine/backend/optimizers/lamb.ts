import type { OptimizerForms } from './types.ts'

/**
 * LAMB (You et al. 2020, algorithm 2) as timm and apex have it, in each parameter: m ← β₁m + (1 − β₁)g; v ←
 * β₂v + (1 − β₂)g²; u = m/(1 − β₁ᵗ) / (√v/√(1 − β₂ᵗ) + ε) + λw; w ← w − η·(‖w‖/‖u‖)·u, where the ratio of the
 * Euclidean norms is 1 if one of them is 0, and wherever λ is 0. Masked entries have w = u = 0, so that the
 * norms are those of the kept weights.
 */
export const lamb: OptimizerForms = {
  arrays({ weights, slots: { first, second }, gradient, scalars, settings, constants, parameterSize }) {
    const { weightDecay } = settings
    const { beta1, beta2, epsilon } = constants
    const root = Math.sqrt(scalars.correction2)
    const update = new Float64Array(parameterSize)
    for (let start = 0; start < weights.length; start += parameterSize) {
      let squares = 0
      let updateSquares = 0
      for (let k = 0; k < parameterSize; k++) {
        const i = start + k
        const g = gradient[i]
        const m = beta1 * first[i] + (1 - beta1) * g
        const v = beta2 * second[i] + (1 - beta2) * g * g
        first[i] = m
        second[i] = v
        update[k] = m / scalars.correction1 / (Math.sqrt(v) / root + epsilon) + weightDecay * weights[i]
        squares += weights[i] ** 2
        updateSquares += update[k] ** 2
      }
      const adapts = weightDecay !== 0 && squares > 0 && updateSquares > 0
      const rate = scalars.rate * (adapts ? Math.sqrt(squares / updateSquares) : 1)
      for (let k = 0; k < parameterSize; k++) weights[start + k] -= rate * update[k]
    }
  },

  tensorflow({ writer, weights, slots, gradient, scalars, settings, constants, parameterAxes, ...old }) {
    const { weightDecay } = settings
    const float = { type: writer.floatType }
    const node = (name: string, ...inputs: readonly string[]): string =>
      writer.node(name, inputs, { T: float })
    const number = (value: number): string => writer.constant('float', [], [value])
    const moment = (name: string, beta: number, next: string): string =>
      node('AddV2', node('Mul', old.readSlot(name), number(beta)), node('Mul', next, number(1 - beta)))
    const first = moment('first', constants.beta1, gradient)
    const second = moment('second', constants.beta2, node('Square', gradient))
    const root = node('RealDiv', node('Sqrt', second), node('Sqrt', scalars.correction2))
    const divisor = node('AddV2', root, number(constants.epsilon))
    let update = node('RealDiv', node('RealDiv', first, scalars.correction1), divisor)
    let rate = scalars.rate
    if (weightDecay !== 0) {
      const values = old.readWeights()
      update = node('AddV2', update, node('Mul', values, number(weightDecay)))
      const axes = writer.constant('int', [parameterAxes.length], parameterAxes)
      const reduce = { T: float, Tidx: { type: writer.dataType('int') }, keep_dims: { b: true } }
      const norm = (of: string): string =>
        node('Sqrt', writer.node('Sum', [node('Square', of), axes], reduce))
      const [whole, changed] = [norm(values), norm(update)]
      const both = writer.node(
        'LogicalAnd',
        [node('Greater', whole, number(0)), node('Greater', changed, number(0))],
        {},
      )
      rate = node('Mul', rate, node('SelectV2', both, node('RealDiv', whole, changed), number(1)))
    }
    const difference = node('Mul', update, rate)
    return (after) => {
      const assign = (handle: string, value: string): string =>
        writer.nodeAfter('AssignVariableOp', [handle, value], after, {
          dtype: float,
          validate_shape: { b: false },
        })
      const moments = [assign(slots.first, first), assign(slots.second, second)]
      return writer.nodeAfter('AssignSubVariableOp', [weights, difference], [...after, ...moments], {
        dtype: float,
      })
    }
  },

  sparse: {
    norms: true,
    /** Moments and norms first; the weights change once all threads have added to the norms. */
    tape({
      write,
      barrier,
      weights,
      slots: [first, second],
      gradient,
      numbers,
      threads,
      parameters,
      constants,
    }) {
      const { beta1, beta2, epsilon } = constants
      const complements = { complement1: 1 - beta1, complement2: 1 - beta2 }
      const arrays = { weights, first, second, numbers }
      for (const { from, to, weightDecay: decay, ownSums } of parameters) {
        const sums = decay === 0 ? 0 : ownSums
        const moments = { ...gradient, sums, beta1, beta2, ...complements }
        write('LAMB_MOMENTS', { ...arrays, from, to, ...moments, epsilon, decay })
      }
      barrier()
      for (const { from, to, weightDecay: decay, sums } of parameters)
        if (decay !== 0) write('LAMB_WEIGHTS', { ...arrays, from, to, sums, threads, epsilon, decay })
    },
  },
}
