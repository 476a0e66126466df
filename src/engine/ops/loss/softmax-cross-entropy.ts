import type { OpDefinition } from '../ir.ts'
import { expectDType, expectInputs, sameShape } from '../support/shapes.ts'
import { add, multiply, negate, one, reshape, subtract, sum } from '../support/make.ts'
import { logSumExp } from '../support/softmax-rows.ts'

/**
 * Cross entropy −Σ_c t_c log softmax(z)_c of logits z and target probabilities t (rows that sum to 1), both
 * [batch, classes]. Outputs: the loss of each example [batch], and its derivative p − t [batch, classes],
 * which costs nothing more and makes the first gradient a product. The derivative is itself differentiable.
 */
export const softmaxCrossEntropy: OpDefinition = {
  name: 'softmax-cross-entropy',
  infer(inputs) {
    expectInputs(inputs, 2)
    const [logits, targets] = inputs
    expectDType(logits, 'float')
    expectDType(targets, 'float')
    if (logits.shape.length !== 2 || !sameShape(logits.shape, targets.shape)) {
      throw new Error(
        `expected logits and targets [batch, classes], got [${logits.shape}] and [${targets.shape}]`,
      )
    }
    return [{ shape: [logits.shape[0]], dtype: 'float' }, logits]
  },
  gradient({ graph, inputs: [logits], outputs: [, derivative], needs }, [ofLoss, ofDerivative]) {
    const [batch] = logits.type.shape
    const column = ofLoss && reshape(graph, ofLoss, [batch, 1])
    const toLogits = column && multiply(graph, column, derivative)
    const toTargets =
      needs[1] && column ? negate(graph, multiply(graph, column, one(graph, 'log-softmax', [logits]))) : null
    if (ofDerivative === null) return [toLogits, toTargets]
    // d(p − t): p∘(v − ⟨p, v⟩) to the logits, −v to the targets.
    const p = one(graph, 'softmax', [logits])
    const inner = sum(graph, multiply(graph, p, ofDerivative), [1], true)
    const curvature = multiply(graph, p, subtract(graph, ofDerivative, inner))
    return [
      toLogits === null ? curvature : add(graph, toLogits, curvature),
      toTargets === null ? negate(graph, ofDerivative) : subtract(graph, toTargets, ofDerivative),
    ]
  },
  evaluate([logits, targets], _attributes, [lossType, derivativeType], allocate) {
    const loss = allocate(lossType)
    const derivative = allocate(derivativeType)
    const [batch, classes] = derivativeType.shape
    for (let i = 0; i < batch; i++) {
      const from = i * classes
      const total = logSumExp(logits.data, from, classes)
      let entropy = 0
      for (let j = from; j < from + classes; j++) {
        const logProbability = logits.data[j] - total
        const target = targets.data[j]
        if (target !== 0) entropy -= target * logProbability
        derivative[j] = Math.exp(logProbability) - target
      }
      loss[i] = entropy
    }
    return [
      { type: lossType, data: loss },
      { type: derivativeType, data: derivative },
    ]
  },
  graphdef(emit, inputs) {
    const name = emit.node('SoftmaxCrossEntropyWithLogits', inputs, { T: { type: emit.floatType } })
    return [name, `${name}:1`]
  },
}
