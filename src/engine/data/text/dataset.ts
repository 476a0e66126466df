/** A text as a data set: sequences of tokens, of which each is to be predicted from those before it. */
import { BenchError } from '../../../shared/contract/errors.ts'
import { sequencesOf, textParts } from '../../../shared/spec/data-shapes.ts'
import type { RunSpec } from '../../../shared/spec/schema.ts'
import { Stream } from '../../rng.ts'
import type { Batch, Dataset, SplitName } from '../types.ts'
import { tokensOf, type Tokens } from './tokens.ts'

/** How a text is read, and trained on. */
export type TextReading = Pick<RunSpec['data'], 'unit' | 'context' | 'validation' | 'test'> &
  Partial<Pick<RunSpec['data'], 'limit' | 'augment'>>

/** A part of the text: tokens [from, from + length), and its sequences. */
interface Part {
  readonly from: number
  readonly length: number
  readonly sequences: number
}

/**
 * The parts lie one after the other: training, validation, test. Sequence k of a part is its tokens k·context
 * … (k + 1)·context − 1, its labels the tokens one further; what is left at the end of a part is left out.
 */
export class TextDataset implements Dataset {
  readonly name = 'text'
  readonly shape: readonly number[]
  readonly classes: number
  readonly predictions: number
  readonly classNames: readonly string[]
  readonly hash: string
  readonly notes: readonly string[]
  readonly #ids: Uint16Array
  readonly #context: number
  readonly #parts: Record<SplitName, Part>
  /** The training sequences that a limit leaves; null for all. */
  readonly #limited: Int32Array | null
  readonly #anywhere: boolean

  /** Throws BenchError('bad-data') where a part that is asked for has no sequence. */
  constructor(data: TextReading, bytes: Uint8Array, hash: string, place: string) {
    const { context, limit = 0, augment = false } = data
    const tokens = tokensOf(bytes, data, place)
    this.shape = [context]
    this.predictions = context
    this.classes = tokens.names.length
    this.classNames = tokens.names
    this.hash = hash
    this.#ids = tokens.ids
    this.#context = context
    this.#parts = partsOf(data, tokens.ids.length, place)
    const { sequences } = this.#parts.train
    this.#limited =
      limit > 0 && limit < sequences
        ? Stream.root(0).split('validation split').permutation(sequences).slice(0, limit)
        : null
    this.#anywhere = augment
    this.notes = notesOf(tokens)
  }

  size(split: SplitName): number {
    return split === 'train' && this.#limited ? this.#limited.length : this.#parts[split].sequences
  }

  trainBatch(rows: Int32Array, stream: Stream): Batch {
    const { from, length } = this.#parts.train
    const starts = [...rows].map((row) =>
      this.#anywhere
        ? from + stream.integer(length - this.#context)
        : from + (this.#limited ? this.#limited[row] : row) * this.#context,
    )
    return this.#batch(starts, rows.length)
  }

  evaluationBatch(split: SplitName, start: number, batchSize: number): Batch {
    const count = Math.min(batchSize, this.size(split) - start)
    const { from } = this.#parts[split]
    const limited = split === 'train' ? this.#limited : null
    const starts = Array.from({ length: count }, (_, k) => {
      const row = start + k
      return from + (limited ? limited[row] : row) * this.#context
    })
    return this.#batch(starts, batchSize)
  }

  close(): void {
    // Nothing is open.
  }

  #batch(starts: readonly number[], rows: number): Batch {
    const time = this.#context
    const x = new Float32Array(rows * time)
    const y = new Int32Array(rows * time)
    const weights = new Float32Array(rows).fill(1, 0, starts.length)
    starts.forEach((start, k) => {
      x.set(this.#ids.subarray(start, start + time), k * time)
      y.set(this.#ids.subarray(start + 1, start + time + 1), k * time)
    })
    return { x, y, weights, count: starts.length }
  }
}

function partsOf(data: TextReading, length: number, place: string): Record<SplitName, Part> {
  const parts = textParts(length, data)
  const sequences = sequencesOf(length, data)
  const short = (['train', 'validation', 'test'] as const).find(
    (split) => sequences[split] === 0 && (split === 'train' || data[split] > 0),
  )
  if (short) {
    throw new BenchError(
      'bad-data',
      `${place} has ${length} tokens, ${parts[short]} of them for ` +
        `${short === 'train' ? 'training' : short}; a sequence takes ${data.context + 1}. ` +
        'Set data.context or the splits, or take a longer text.',
      'data.context',
    )
  }
  let from = 0
  const made = (split: SplitName): Part => {
    const part = { from, length: parts[split], sequences: sequences[split] }
    from += parts[split]
    return part
  }
  return { train: made('train'), validation: made('validation'), test: made('test') }
}

function notesOf({ unknown, ids }: Tokens): string[] {
  return unknown === 0
    ? []
    : [`${unknown} of ${ids.length} characters are none of the training part: they count as unknown`]
}
