/** AI, approximate isometry, as a weight scheme: Base, then gradient steps on all kernels together. */
import { BenchError } from '../../shared/contract/errors.ts'
import { stepsText } from '../../shared/methods/schemes/ai-steps.ts'
import { haarOrthogonal } from '../linalg/householder.ts'
import { base } from './base.ts'
import { approximateIsometry } from './isometry.ts'
import { kernelShape, kernelShapeOf } from './kernel-shape.ts'
import { countOnes, randomMask } from './masks.ts'
import { namingLayer } from './naming.ts'
import type { InitialKernel, ModelScheme, TimedMatrix, TimedRequest } from './types.ts'

/** Milliseconds of all steps, from those after the first report; of everything where there is only one. */
function stepsTime(
  began: number,
  marked: { readonly at: number; readonly fraction: number } | null,
  ended: number,
): number {
  return marked && marked.fraction < 1 ? (ended - marked.at) / (1 - marked.fraction) : ended - began
}

/** Compiling is no part of the time. */
async function time(request: TimedRequest): Promise<TimedMatrix> {
  const { size, density, steps, stream, now, check } = request
  const mask = randomMask(size * size, Math.round(density * size * size), stream.split('mask'))
  const values = haarOrthogonal(size, size, stream.split('values'))
  const shape = kernelShape([size, size], false, 'matrix')
  const backend = await request.backend()
  // What comes before the first report is compilation and the first hundredth of the steps.
  let marked: { readonly at: number; readonly fraction: number } | null = null
  const began = now()
  const { by } = await approximateIsometry({
    layers: [{ name: 'matrix', shape, values, mask }],
    steps,
    rate: 0.1,
    gain: 1,
    backend,
    check,
    onProgress: (fraction) => {
      marked ??= { at: now(), fraction }
    },
  })
  return {
    milliseconds: stepsTime(began, marked, now()),
    reached: countOnes(mask) / mask.length,
    note: `${stepsText(steps)} on ${by === 'nonzeros' ? 'the nonzeros' : backend.describe().name}`,
  }
}

/**
 * Approximate isometry (Lee et al. 2020, arXiv 1906.06307): Base's values and masks, then gradient steps of
 * all kernels towards orthogonality (isometry.ts). The masks stay. Throws BenchError('unavailable') without a
 * backend.
 */
export const ai: ModelScheme = {
  async model({ kernels, settings, backend, onProgress, check }) {
    if (!backend) {
      throw new BenchError(
        'unavailable',
        'Approximate isometry runs on an engine, and none was given.',
        'initialization.scheme',
      )
    }
    const before = new Map<string, InitialKernel>()
    for (const request of kernels) {
      const { name } = request.parameter
      before.set(name, await namingLayer(name, () => base(request)))
    }
    const { values, loss } = await approximateIsometry({
      layers: kernels.map(({ parameter }) => {
        const { name } = parameter
        const { values: first, mask } = before.get(name) as InitialKernel
        return { name, shape: kernelShapeOf(parameter), values: first, mask }
      }),
      steps: settings.aiSteps,
      rate: settings.aiRate,
      residual: settings.aiResidual,
      gain: settings.gain,
      backend,
      onProgress,
      check,
    })
    const after = new Map(
      [...before].map(([name, kernel]) => [name, { ...kernel, values: values.get(name) ?? kernel.values }]),
    )
    return { kernels: after, loss }
  },
  time,
}
