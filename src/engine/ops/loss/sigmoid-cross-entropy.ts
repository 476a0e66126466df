import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, sameShape } from '../support/shapes.ts'
import { multiply, negate, one, subtract } from '../support/make.ts'

/**
 * Binary cross entropy of each logit z with its target t in [0, 1], of any shape: −t log σ(z) − (1 − t)
 * log(1 − σ(z)) = max(z, 0) − z t + log(1 + e^−|z|), which does not overflow.
 */
export const sigmoidCrossEntropy: OpDefinition = {
  name: 'sigmoid-cross-entropy',
  infer(inputs) {
    expectInputs(inputs, 2)
    const [logits, targets] = inputs
    expectDType(logits, 'float')
    expectDType(targets, 'float')
    if (!sameShape(logits.shape, targets.shape)) {
      throw new Error(
        `expected logits and targets of one shape, got [${logits.shape}] and [${targets.shape}]`,
      )
    }
    return [logits]
  },
  gradient({ graph, inputs: [logits, targets], needs }, [ofLoss]) {
    if (ofLoss === null) return [null, null]
    const error = subtract(graph, one(graph, 'sigmoid', [logits]), targets)
    return [multiply(graph, ofLoss, error), needs[1] ? negate(graph, multiply(graph, ofLoss, logits)) : null]
  },
  evaluate([logits, targets], _attributes, [type], allocate) {
    const loss = allocate(type)
    for (let i = 0; i < loss.length; i++) {
      const z = logits.data[i]
      loss[i] = Math.max(z, 0) - z * targets.data[i] + Math.log1p(Math.exp(-Math.abs(z)))
    }
    return [{ type, data: loss }]
  },
  graphdef(emit, [z, target]) {
    const T = { type: emit.floatType }
    const positive = emit.node('Relu', [z], { T })
    const product = emit.node('Mul', [z, target], { T })
    const far = emit.node('Exp', [emit.node('Neg', [emit.node('Abs', [z], { T })], { T })], { T })
    const linear = emit.node('Sub', [positive, product], { T })
    return [emit.node('AddV2', [linear, emit.node('Log1p', [far], { T })], { T })]
  },
}
