/** Which examples train, which validate, and by what they are standardised, as a run asks. */
import type { RunSpec } from '../../shared/spec/schema.ts'
import { Stream } from '../rng.ts'
import { augmentationsOf, type Augmentations } from './augmentations.ts'
import type { ChannelStatistics } from './images.ts'
import { givenStandardisation } from './standardisation.ts'

export interface DatasetOptions {
  /** Fraction of the training set held out for validation. */
  readonly validation: number
  /** Which part that is; `test`: nothing is held out, and the test set validates. Default random. */
  readonly validationFrom?: RunSpec['data']['validationFrom']
  /** Train on so many examples; 0 takes all. */
  readonly limit: number
  readonly augment: boolean
  /** What augmentation does; absent: a crop of the set's usual kind and a flip. */
  readonly augmentations?: Augmentations
  /** As the specification gives it; null or absent for the data’s own. */
  readonly standardisation?: ChannelStatistics | null
}

/** What a specification says of a set; `usual` is its own kind of crop. */
export function datasetOptions(data: RunSpec['data'], usual: Augmentations['crop']): DatasetOptions {
  const { validation, validationFrom, limit, augment } = data
  const augmentations = augmentationsOf(data, usual)
  const standardisation = givenStandardisation(data)
  return { validation, validationFrom, limit, augment, augmentations, standardisation }
}

/**
 * The set that validates in place of a part of the training set: the test set where it was asked for, else
 * that of the data’s own; null where there is none.
 */
export function validationSet<T>(
  set: { readonly validation?: T | null; readonly test: T },
  { validationFrom }: DatasetOptions,
): T | null {
  return validationFrom === 'test' ? set.test : (set.validation ?? null)
}

/**
 * Rows of the training set that train and that validate. Random ones are drawn by a stream of their own that
 * no run's seed enters, so that all runs of a study are compared on the same examples; `last` takes the end
 * of the file's order. A limit takes rows at random. `whole`: nothing is held out.
 */
export function splitRows(
  count: number,
  options: DatasetOptions,
  whole = false,
): { train: Int32Array; validation: Int32Array } {
  const held = whole ? 0 : Math.floor(count * options.validation)
  const stream = Stream.root(0).split('validation split')
  const limited = (rows: Int32Array): Int32Array => (options.limit > 0 ? rows.slice(0, options.limit) : rows)
  if (options.validationFrom === 'last') {
    const order = stream.permutation(count - held)
    return {
      train: limited(order),
      validation: Int32Array.from({ length: held }, (_, k) => count - held + k),
    }
  }
  const order = stream.permutation(count)
  return { train: limited(order.slice(held)), validation: order.slice(0, held).sort() }
}
