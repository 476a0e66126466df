/** Losses and metrics of a classifier, as graphs. */
import type { Value } from '../ops/ir.ts'
import { mean, multiply, negate, one, sum } from '../ops/support/make.ts'
import type { Builder } from '../program/builder.ts'

/**
 * Cross entropy of each example, [batch], of logits [batch, classes] and labels int [batch]. Label smoothing
 * ε has the targets (1 − ε)·onehot + ε/classes (Szegedy et al. 2016; PyTorch's).
 */
export function crossEntropies(builder: Builder, logits: Value, labels: Value, smoothing = 0): Value {
  const classes = logits.type.shape[1]
  const off = smoothing / classes
  const targets = one(builder, 'one-hot', [labels], { depth: classes, on: 1 - smoothing + off, off })
  return one(builder, 'softmax-cross-entropy', [logits, targets])
}

/**
 * Mean over the batch of minus the logit of the right class: what the negative log-likelihood gives on raw
 * logits.
 */
export function negativeLogit(builder: Builder, logits: Value, labels: Value): Value {
  const targets = one(builder, 'one-hot', [labels], { depth: logits.type.shape[1] })
  return negate(builder, mean(builder, sum(builder, multiply(builder, logits, targets), [1])))
}

/** 1 where the largest logit is that of the label, else 0: float [batch]. */
export function rightAnswers(builder: Builder, logits: Value, labels: Value): Value {
  const right = one(builder, 'equal', [one(builder, 'arg-max', [logits]), labels])
  return one(builder, 'cast', [right], { dtype: 'float' })
}
