/** What to say of a program that needs more memory than WebAssembly has: the largest batch that fits. */
import { BenchError } from '../../../../shared/contract/errors.ts'
import { sizeOf } from '../../../../shared/graph/shapes.ts'
import { optimizerOf } from '../../../../shared/methods/optimizers/index.ts'
import type { TrainingSource } from '../../../program/types.ts'
import { FLOAT } from '../model/geometry.ts'
import { planRegions } from './link.ts'
import { MOST_BYTES } from '../plan/memory.ts'
import { parameterLocations, planProgram } from '../plan/plan.ts'

/** Left for weights, gradients and tables, whose number the masks decide. */
const FOR_WEIGHTS = 0.9

/** Bytes of a nonzero in tables: where it is in its row, and the way back. */
const TABLE_BYTES = 14
/** Of a nonzero of the largest kernel, in each thread. */
const SCRATCH_BYTES = 32

/**
 * Bytes of the memory of a program whose kernels keep so many entries (all where one is missing): regions as
 * they are planned, then values, slots, the threads' gradients and tables of what is kept.
 */
export function programBytes(source: TrainingSource, kept: ReadonlyMap<string, number>): number {
  const plan = planProgram(source)
  const { optimizer, denseGradients } = source.options
  const numbers = 1 + optimizerOf(optimizer).slots(source.options).length + plan.threads
  let bytes = planRegions(plan).start
  let { scratch } = plan
  for (const { parameter } of parameterLocations(source)) {
    const entries = sizeOf(parameter.shape)
    const nonzeros = kept.get(parameter.name) ?? entries
    bytes += nonzeros * (FLOAT * numbers + (parameter.role === 'kernel' ? TABLE_BYTES : 0))
    if (parameter.role === 'kernel') scratch = Math.max(scratch, SCRATCH_BYTES * nonzeros)
    if (!denseGradients || !parameter.maskable) continue
    bytes += FLOAT * entries
    scratch = Math.max(scratch, FLOAT * entries)
  }
  return bytes + plan.threads * scratch
}

/** Steps of the search for the largest batch. */
const GRAIN = 8

/** The largest multiple of 8, of those up to `most`, as a batch that fits; 0 where none does. */
export function largestBatchThat(fits: (batch: number) => boolean, most: number): number {
  let [least, last] = [0, Math.floor(most / GRAIN)]
  while (least < last) {
    const middle = Math.ceil((least + last) / 2)
    if (fits(middle * GRAIN)) least = middle
    else last = middle - 1
  }
  return least * GRAIN
}

/** The largest batch, a multiple of 8, whose activations fit; 0 where none does. */
function fittingBatch(source: TrainingSource): number {
  const fits = (batch: number): boolean => {
    const options = { ...source.options, batchSize: batch }
    return planRegions(planProgram({ ...source, options })).start <= FOR_WEIGHTS * MOST_BYTES
  }
  return largestBatchThat(fits, source.options.batchSize)
}

/** `bytes` are needed for the program as it is. */
export function tooLarge(source: TrainingSource, bytes: number): BenchError {
  const batch = fittingBatch(source)
  const advice = batch > 0 ? `a batch of ${batch} would fit` : 'no batch of this model fits'
  return new BenchError(
    'impossible',
    `The sparse backend needs ${(bytes / 2 ** 30).toFixed(1)} GiB for a batch of ` +
      `${source.options.batchSize}; WebAssembly has 4 GiB: ${advice}.`,
    'training.batchSize',
  )
}
