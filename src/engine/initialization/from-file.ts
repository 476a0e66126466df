import { BenchError } from '../../shared/contract/errors.ts'
import { kernelShapeOf } from './kernel-shape.ts'
import { applyMask, randomMask } from './masks.ts'
import type { MakeKernel } from './types.ts'

/**
 * File: values that were read from a file, times the mask. The masks of the file, where they count, come as
 * the mask that was chosen; where a distribution only fixes a density, exactly round(density · entries)
 * positions are drawn, as for Base. Throws BenchError('bad-input') where no file was read.
 */
export const fromFile: MakeKernel = ({ parameter, given, mask: chosen, density, stream }) => {
  if (!given) {
    throw new BenchError(
      'bad-input',
      'Scheme file takes the weights of a whole model from initialization.file.path; one matrix alone is ' +
        'made by base, fan-in, ai, eoi or sao.',
      'initialization.scheme',
    )
  }
  const { entries } = kernelShapeOf(parameter)
  const mask = chosen ?? randomMask(entries, Math.round(density * entries), stream.split('mask'))
  return { values: applyMask(given.slice(), mask), mask, notes: [] }
}
