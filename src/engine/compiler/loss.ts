/** Losses and metrics of a classifier, as graphs. */
import type { Value } from '../ops/ir.ts'
import { add, mean, multiply, negate, one, reshape, scalar, scale, sum } from '../ops/support/make.ts'
import type { Builder } from '../program/builder.ts'
import type { TrainingLoss } from '../program/types.ts'

/** Which classes an example belongs to, by its share of each; of one label alone the share is 1. */
export interface Targets {
  /** int [batch], or of sequences [batch · time], one a token. */
  readonly labels: Value
  /** A second label of each example, int [batch], and the shares of both, float [batch]. */
  readonly mixed?: { readonly others: Value; readonly shares: Value; readonly otherShares: Value }
}

/**
 * Targets [batch, classes]: share·onehot of each label. Label smoothing ε has (1 − ε)·targets + ε/classes
 * (Szegedy et al. 2016; PyTorch's).
 */
function targetsOf(builder: Builder, classes: number, { labels, mixed }: Targets, smoothing: number): Value {
  const off = smoothing / classes
  if (!mixed) return one(builder, 'one-hot', [labels], { depth: classes, on: 1 - smoothing + off, off })
  const part = (each: Value, share: Value): Value =>
    multiply(
      builder,
      one(builder, 'one-hot', [each], { depth: classes }),
      reshape(builder, share, [share.type.shape[0], 1]),
    )
  const whole = add(builder, part(labels, mixed.shares), part(mixed.others, mixed.otherShares))
  return smoothing === 0 ? whole : add(builder, scale(builder, whole, 1 - smoothing), scalar(builder, off))
}

/** Loss of each prediction, [n], of logits [n, classes]; see TrainingLoss. */
export function losses(
  builder: Builder,
  kind: TrainingLoss,
  logits: Value,
  targets: Targets,
  smoothing = 0,
): Value {
  const wanted = targetsOf(builder, logits.type.shape[1], targets, smoothing)
  if (kind === 'cross-entropy') return one(builder, 'softmax-cross-entropy', [logits, wanted])
  return mean(builder, one(builder, 'sigmoid-cross-entropy', [logits, wanted]), [1])
}

/** Cross entropy of each prediction, [n], of logits [n, classes] and labels int [n]. */
export function crossEntropies(builder: Builder, logits: Value, labels: Value): Value {
  return losses(builder, 'cross-entropy', logits, { labels })
}

/**
 * Mean over the batch of minus the logit of the right class: what the negative log-likelihood gives on raw
 * logits.
 */
export function negativeLogit(builder: Builder, logits: Value, labels: Value): Value {
  const targets = one(builder, 'one-hot', [labels], { depth: logits.type.shape[1] })
  return negate(builder, mean(builder, sum(builder, multiply(builder, logits, targets), [1])))
}

/** Mean over the predictions of each example: [batch · predictions] → [batch]. */
export function byExample(builder: Builder, values: Value, batch: number): Value {
  const [count] = values.type.shape
  return count === batch ? values : mean(builder, reshape(builder, values, [batch, count / batch]), [1])
}

/** 1 where the largest logit is that of the label, else 0: float [n]. */
export function rightAnswers(builder: Builder, logits: Value, labels: Value): Value {
  const right = one(builder, 'equal', [one(builder, 'arg-max', [logits]), labels])
  return one(builder, 'cast', [right], { dtype: 'float' })
}
