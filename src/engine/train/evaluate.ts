/** Evaluation of a split: mean loss and accuracy over all its examples. */
import type { Executable } from '../program/backend.ts'
import type { Dataset, SplitName } from '../data/types.ts'

export interface Evaluation {
  /** Mean loss of the run's kind, without label smoothing (nats). */
  readonly loss: number
  /** Fraction of right answers; where each token of a sequence is predicted, of the tokens. */
  readonly accuracy: number
  readonly examples: number
}

/** Runs `evaluate` over a split in batches; the last one is padded and the padding weighs nothing. */
export async function evaluate(
  executable: Executable,
  dataset: Dataset,
  split: SplitName,
  batchSize: number,
): Promise<Evaluation> {
  const examples = dataset.size(split)
  let loss = 0
  let correct = 0
  for (let start = 0; start < examples; start += batchSize) {
    const { x, y, weights } = await dataset.evaluationBatch(split, start, batchSize)
    const outputs = executable.run('evaluate', { x, y, weights })
    loss += outputs['loss'][0]
    correct += outputs['correct'][0]
  }
  return { loss: loss / examples, accuracy: correct / examples, examples }
}
