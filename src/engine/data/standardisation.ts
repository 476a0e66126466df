/** Numbers that data are standardised by in place of their own. */
import { BenchError } from '../../shared/contract/errors.ts'
import type { RunSpec } from '../../shared/spec/schema.ts'
import type { ChannelStatistics } from './images.ts'

type Named = Exclude<RunSpec['data']['standardisation'], 'own' | 'given'>

/** Of pixels in [0, 1], by channel; one number stands for every channel. */
const NAMED: Readonly<Record<Named, ChannelStatistics>> = {
  // Much used public constants; the deviations are means over images, not over pixels (.2470 .2435 .2616).
  cifar: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  mnist: { mean: [0.1307], std: [0.3081] },
  half: { mean: [0.5], std: [0.5] },
}

/** Largest value of a byte, which is 1 in the units of the numbers given. */
const WHITE = 255

/** The numbers that a specification gives, as it gives them; null where the data’s own are to be taken. */
export function givenStandardisation(data: RunSpec['data']): ChannelStatistics | null {
  if (data.standardisation === 'own') return null
  if (data.standardisation === 'given') return { mean: data.mean, std: data.deviation }
  return NAMED[data.standardisation]
}

/**
 * Mean and deviation of each of `groups` channels or features; one number is taken for all. `unit` is what
 * 1 stands for in the data: 255 for bytes. Throws BenchError('bad-specification') for any other count.
 */
export function standardisationOf(
  given: ChannelStatistics,
  groups: number,
  unit: number = WHITE,
): ChannelStatistics {
  const all = (values: readonly number[]): number[] => {
    if (values.length !== 1 && values.length !== groups) {
      throw new BenchError(
        'bad-specification',
        `data.standardisation: ${values.length} numbers for data of ${groups} ` +
          `${groups === 1 ? 'channel' : 'channels'}; allowed are 1 and ${groups}`,
        'data.standardisation',
      )
    }
    return Array.from({ length: groups }, (_, k) => unit * values[values.length === 1 ? 0 : k])
  }
  return { mean: all(given.mean), std: all(given.std) }
}
