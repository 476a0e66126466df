/** Cases that a weight scheme is tried on: matrices and kernels of several shapes and densities. */
import type { ParameterSpec } from '../../shared/graph/types.ts'
import { countOnes, randomMask } from '../initialization/masks.ts'
import { layerReport, SingularBudget } from '../initialization/report.ts'
import { Stream } from '../rng.ts'
import type { CheckCase } from './check-case.ts'
import type { OwnMethod } from './method.ts'
import { ownKernel } from './scheme.ts'
import type { OwnSettings } from './types.ts'

const SHAPES: readonly {
  readonly name: string
  readonly shape: readonly number[]
  readonly depthwise?: true
}[] = [
  { name: 'dense 64 → 64', shape: [64, 64] },
  { name: 'dense 128 → 32', shape: [128, 32] },
  { name: 'dense 32 → 128', shape: [32, 128] },
  { name: '3 × 3 convolution 16 → 32', shape: [3, 3, 16, 32] },
  { name: '3 × 3 depthwise, 16 channels', shape: [3, 3, 16, 1], depthwise: true },
]
const DENSITIES = [1, 0.5, 0.1]

function parameterOf(shape: readonly number[], depthwise: boolean): ParameterSpec {
  return {
    name: 'kernel',
    layer: 'kernel',
    role: 'kernel',
    shape,
    maskable: true,
    trainable: true,
    depthwise,
  }
}

function caseOf(
  method: OwnMethod,
  settings: OwnSettings,
  name: string,
  parameter: ParameterSpec,
  asked: number,
  mask: Uint8Array | null,
): CheckCase {
  return {
    name,
    asked,
    run: async (stream) => {
      const request = { parameter, density: asked, mask, settings, gain: 1, activation: 'tanh', stream }
      const kernel = await ownKernel(method, request)
      const budget = new SingularBudget('none')
      const report = layerReport(parameter, kernel.values, kernel.mask, asked, 1, [], budget)
      return {
        reached: countOnes(kernel.mask) / kernel.mask.length,
        residual: report.residual,
        note: kernel.zeroed > 0 ? `${kernel.zeroed} weights outside the mask were set to 0` : '',
        numbers: [kernel.values, kernel.mask],
      }
    },
  }
}

export function schemeCases(method: OwnMethod, settings: OwnSettings): CheckCase[] {
  const cases = SHAPES.flatMap(({ name, shape, depthwise = false }) =>
    DENSITIES.map((density) => caseOf(method, settings, name, parameterOf(shape, depthwise), density, null)),
  )
  if (method.about.traits.includes('ownsMask')) return cases
  const mask = randomMask(64 * 64, 410, Stream.root(2))
  const chosen = parameterOf([64, 64], false)
  const name = 'dense 64 → 64, mask of SNIP’s kind'
  return [...cases, caseOf(method, settings, name, chosen, 410 / 4096, mask)]
}
