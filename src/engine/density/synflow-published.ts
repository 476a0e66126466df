/** SynFlow as the public code of the EOI paper runs it, where it stops included. */
import { BenchError } from '../../shared/contract/errors.ts'
import { saturates } from '../../shared/theory/activations.ts'
import { applyMask } from '../initialization/masks.ts'
import { selectInPlace } from '../linalg/largest.ts'
import type { Distribution, DensityRequest } from './distribution.ts'
import { fromMasks } from './kernels.ts'
import { arrayOf, requireScores } from './scores.ts'

const ROUNDS = 100
/** By how many weights the public code lets the mask miss its count before it stops. */
const TOLERANCE = 5

/**
 * The `rank`-th smallest score, from 1; NaN counts as larger than every number, and is the result when it is
 * met.
 */
function smallest(scores: readonly Float64Array[], rank: number): number {
  const numbers = scores.map((layer) => layer.filter((score) => !Number.isNaN(score)))
  const all = new Float64Array(numbers.reduce((sum, layer) => sum + layer.length, 0))
  let at = 0
  for (const layer of numbers) {
    all.set(layer, at)
    at += layer.length
  }
  return rank > all.length ? Number.NaN : selectInPlace(all, rank - 1)
}

function stopped(
  remaining: number,
  expected: number,
  total: number,
  { activation }: DensityRequest,
): BenchError {
  const cause =
    activation !== undefined && saturates(activation)
      ? ` With ${activation}, absolute weights saturate hidden units: all scores of the kernels before ` +
        'them are 0, and what scores no more than the threshold is removed.'
      : ''
  return new BenchError(
    'impossible',
    `SynFlow as published ends with ${remaining} of ${total} prunable parameters, where ${expected} are ` +
      `asked. The public code stops with an error there, and so does this run.${cause} ` +
      'The variant literature goes on: it scores such a network in its linear part.',
    'sparsity.variant',
  )
}

/**
 * What the public code computes: absolute values of all parameters and running statistics, an input of ones,
 * R = Σ outputs (after log-softmax for its ResNet and VGG), in the engine's float32 without any rescaling.
 * Round k of 100 removes every weight whose score is at most the ⌊(1 − d^(k/100))·entries⌋-th smallest,
 * ties included.
 *
 * Throws BenchError('impossible') where the mask ends 5 or more weights off its count, as the public code
 * stops there: always for tanh and hard tanh, whose scores are 0.
 */
export const publishedSynflow: Distribution = async (request) => {
  const engine = requireScores(request, 'SynFlow', 'an engine')
  const { kernels, density, onProgress } = request
  const output = request.publishedLogSoftmax ? 'log-softmax' : 'logits'
  const weights = new Map(
    kernels.map((kernel) => [kernel.name, arrayOf(engine.values, kernel).map(Math.abs)]),
  )
  const masks = new Map(
    kernels.map((kernel) => [kernel.name, new Uint8Array(arrayOf(engine.values, kernel).length).fill(1)]),
  )
  const total = [...masks.values()].reduce((sum, mask) => sum + mask.length, 0)
  for (let round = 1; round <= ROUNDS; round++) {
    const gradients = await engine.synapticFlow(weights, output, 'absolute')
    const scores = kernels.map((kernel) => {
      const values = arrayOf(weights, kernel)
      return arrayOf(gradients, kernel).map((gradient, k) => Math.abs(gradient * values[k]))
    })
    const removed = Math.floor((1 - density ** (round / ROUNDS)) * total)
    if (removed >= 1) {
      const threshold = smallest(scores, removed)
      kernels.forEach((kernel, layer) => {
        const mask = arrayOf(masks, kernel)
        scores[layer].forEach((score, k) => {
          mask[k] = score <= threshold ? 0 : 1
        })
        applyMask(arrayOf(weights, kernel), mask)
      })
    }
    onProgress?.(round / ROUNDS)
  }
  const remaining = [...masks.values()].reduce((sum, mask) => mask.reduce((a, b) => a + b, sum), 0)
  const expected = total * density
  if (Math.abs(remaining - expected) >= TOLERANCE)
    throw stopped(remaining, Math.round(expected), total, request)
  return fromMasks(kernels, masks)
}
